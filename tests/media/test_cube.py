"""Colour tables: what is read as one, what is refused, and that mixing is exact."""

from pathlib import Path

import numpy as np
import pytest

from cuttingroom.core.errors import MediaRefused
from cuttingroom.media.cube import LARGEST_3D, MOST_BYTES, Cube, identity, read_cube, sample, write_cube

PLAIN = "LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "film.cube"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_table_is_read_with_its_title_comments_and_blank_lines(tmp_path: Path):
    text = '# by hand\nTITLE "An \'odd; one"\n\n' + PLAIN.replace("\n", "\n# more\n\n", 3)
    cube = read_cube(written(tmp_path, text))
    assert cube.is_3d
    assert np.array_equal(cube.values, identity(2))


def test_three_curves_are_read(tmp_path: Path):
    cube = read_cube(written(tmp_path, "LUT_1D_SIZE 3\n1 1 1\n0.5 0.25 0.5\n0 0 0\n"))
    assert not cube.is_3d
    assert sample(cube, np.array([[0.0, 0.5, 0.75]])).tolist() == [[1.0, 0.25, 0.25]]


def test_what_is_written_for_ffmpeg_reads_as_the_same_table(tmp_path: Path):
    values = identity(5) ** 2
    again = read_cube(written(tmp_path, write_cube(values)))
    assert np.allclose(again.values, values, atol=1e-6)


def test_a_mix_lies_exactly_between_the_picture_and_the_table(tmp_path: Path):
    cube = Cube(1 - identity(4))
    colours = np.random.default_rng(1).random((50, 3))
    mixed = sample(Cube(cube.mixed(0.25)), colours)
    assert np.allclose(mixed, 0.75 * colours + 0.25 * sample(cube, colours))


@pytest.mark.parametrize(
    "domain", ["DOMAIN_MIN 0.25 0.25 0.25\nDOMAIN_MAX 0.75 0.75 0.75", "LUT_3D_INPUT_RANGE 0.25 0.75"]
)
def test_a_table_for_a_part_of_the_range_holds_its_edges_outside(tmp_path: Path, domain: str):
    ramp = PLAIN.replace("LUT_3D_SIZE 2", f"{domain}\nLUT_3D_SIZE 2")
    cube = read_cube(written(tmp_path, ramp))
    low, high = sample(cube, np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]))
    assert low.tolist() == [0, 0, 0]
    assert high.tolist() == [1, 1, 1]


WRONG = {
    "neither": "0 0 0\n1 1 1\n",
    "instead of 8": PLAIN[: PLAIN.rindex("\n")],
    "LUT_3D_SIZE that is not": f"LUT_3D_SIZE {LARGEST_3D + 1}\n",
    "LUT_1D_SIZE that is not": "LUT_1D_SIZE 99999999999\n",
    "two tables": "LUT_3D_SIZE 2\nLUT_1D_SIZE 2\n",
    "no part of a colour table": "movie=/etc/passwd\n" + PLAIN,
    "not three numbers": PLAIN.replace("1 1 1", "1 1"),
    "no picture can have": PLAIN.replace("1 1 1", "nan inf 1"),
    "without its 3 numbers": "DOMAIN_MIN 0 0\n" + PLAIN,
    "not above": "DOMAIN_MIN 1 1 1\n" + PLAIN,
    "no text": b"\x7fELF\0\0\0",
}


@pytest.mark.parametrize("why", WRONG)
def test_anything_else_is_refused_with_the_reason(tmp_path: Path, why: str):
    with pytest.raises(MediaRefused, match=why):
        read_cube(written(tmp_path, WRONG[why]))


def test_a_file_of_any_length_is_refused_before_it_is_read_through(tmp_path: Path):
    path = tmp_path / "film.cube"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES * 100)
    with pytest.raises(MediaRefused, match="larger than 16 MB"):
        read_cube(path)
