"""What fade_in and fade_out share."""

from cuttingroom.core.errors import EditRefused
from cuttingroom.core.time import format_ticks
from cuttingroom.timeline.edits.base import name_of
from cuttingroom.timeline.effects import Effect, FadeIn, FadeOut
from cuttingroom.timeline.model import Element, Timeline


def check_fade(before: Timeline, element: Element, fade: FadeIn | FadeOut) -> None:
    """Raise EditRefused when the fade changes nothing or is longer than the element."""
    name = name_of(before, element.id)
    if not (fade.picture or fade.sound):
        raise EditRefused("A fade needs the picture, the sound or both.", field="picture")
    if not ((fade.picture and element.has_picture) or (fade.sound and element.has_sound)):
        raise EditRefused(
            f"{name} has no {'picture' if fade.picture else 'sound'} to fade.", element_id=element.id
        )
    if fade.duration_ticks > element.duration_ticks:
        raise EditRefused(
            f"A fade of {format_ticks(fade.duration_ticks)} is longer than {name}, which lasts "
            f"{format_ticks(element.duration_ticks)}.",
            advice=f"Use at most {format_ticks(element.duration_ticks)}.",
            element_id=element.id,
            field="duration_ticks",
        )


def with_fade(before: Timeline, element_id: str, fade: FadeIn | FadeOut) -> Timeline:
    """The timeline with the fade in place of earlier ones of the same parts."""
    track, element = before.get_element(element_id)
    kept = [rest for e in element.effects if (rest := _rest_of(e, fade)) is not None]
    faded = element.model_copy(update={"effects": (*kept, fade)})
    return before.with_track(track.with_elements([faded if e is element else e for e in track.elements]))


def describe_fade(before: Timeline, element_id: str, fade: FadeIn | FadeOut) -> str:
    parts = {(True, False): "the picture of ", (False, True): "the sound of "}.get(
        (fade.picture, fade.sound), ""
    )
    way = "in" if isinstance(fade, FadeIn) else "out"
    return f"Fade {parts}{name_of(before, element_id)} {way} over {format_ticks(fade.duration_ticks)}"


def _rest_of(effect: Effect, fade: FadeIn | FadeOut) -> Effect | None:
    """What an effect still does beside a new fade; None when nothing."""
    if not isinstance(effect, (FadeIn, FadeOut)) or effect.type != fade.type:
        return effect
    picture, sound = effect.picture and not fade.picture, effect.sound and not fade.sound
    if (picture, sound) == (effect.picture, effect.sound):
        return effect
    return effect.model_copy(update={"picture": picture, "sound": sound}) if picture or sound else None
