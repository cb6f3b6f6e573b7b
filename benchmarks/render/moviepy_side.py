"""The edit as a MoviePy 2 script: `python moviepy_side.py JOB`, in the peers' environment."""

import json
import sys
from pathlib import Path

import moviepy  # pyright: ignore[reportMissingImports]
from moviepy import afx, vfx  # pyright: ignore[reportMissingImports]


def main(job: dict) -> None:
    rate = job["rate"]
    film = moviepy.VideoFileClip(job["film"])
    rows, row = [], []
    for at, first, end, fade in job["takes"]:
        if fade:
            rows.append(row)
            row = []
        row.append((at, fade, film.subclipped(first / rate, end / rate)))
    rows.append(row)
    clips = []
    for row in rows:
        at, fade, _ = row[0]
        joined = moviepy.concatenate_videoclips([clip for _, _, clip in row])
        if fade:
            joined = joined.with_effects([vfx.CrossFadeIn(fade / rate), afx.AudioFadeIn(fade / rate)])
        clips.append(joined.with_start(at / rate))
    last_at, first, end, _ = job["takes"][-1]
    length = (last_at + end - first) / rate
    words = [caption(job, film.size, *line) for line in job["captions"]]
    whole = moviepy.CompositeVideoClip([*clips, *words], size=film.size).with_duration(length)
    if job["music"]:
        tune = moviepy.AudioFileClip(job["music"]).subclipped(0, length)
        bed = tune.with_effects([afx.MultiplyVolume(job["music_factor"])])
        whole = whole.with_audio(moviepy.CompositeAudioClip([whole.audio, bed]))
    whole.write_videofile(
        job["out"], fps=rate, codec="libx264", preset=job["preset"], audio_codec="aac",
        audio_bitrate=f"{job['kbps']}k", ffmpeg_params=["-crf", str(job["quality"])], logger=None,
    )  # fmt: skip


def caption(job: dict, size: list, first: int, end: int, text: str) -> moviepy.TextClip:
    width, height = size
    clip = moviepy.TextClip(
        font=job["font"], text=text, font_size=round(height * 0.05), color="white", bg_color=(0, 0, 0, 150),
        size=(round(width * 0.8), None), method="caption",
    )  # fmt: skip
    rate = job["rate"]
    return clip.with_start(first / rate).with_end(end / rate).with_position(("center", 0.82), relative=True)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
