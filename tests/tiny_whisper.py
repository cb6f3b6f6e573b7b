"""A CTranslate2 Whisper with random weights, two megabytes: faster-whisper loads and runs it for real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, HEADS, LAYERS, MELS = 64, 2, 2, 80


def build_tiny_whisper(folder: Path, *, seed: int = 0) -> Path:
    """Write an English-only model with its tokenizer into `folder` and return it."""
    vocabulary, specials = _byte_alphabet(), _special_tokens()
    tokens = [*vocabulary, *specials, *(f"<|{index * 0.02:.2f}|>" for index in range(1501))]
    folder.mkdir(parents=True)
    _save_model(folder, tokens, np.random.default_rng(seed))
    _save_tokenizer(folder, vocabulary, tokens[len(vocabulary) :])
    features = {
        "feature_size": MELS,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps({**features, "n_fft": 400}))
    return folder


def _byte_alphabet() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def _special_tokens() -> list[str]:
    names = "endoftext startoftranscript en translate transcribe startoflm startofprev nospeech notimestamps"
    return [f"<|{name}|>" for name in names.split()]


def _save_tokenizer(folder: Path, vocabulary: list[str], added: list[str]) -> None:
    import tokenizers
    from tokenizers import decoders, models, pre_tokenizers

    tokenizer = tokenizers.Tokenizer(models.BPE({text: index for index, text in enumerate(vocabulary)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([tokenizers.AddedToken(text, special=True) for text in added])
    tokenizer.save(str(folder / "tokenizer.json"))


def _save_model(folder: Path, tokens: list[str], rng: np.random.Generator) -> None:
    from ctranslate2.specs import whisper_spec

    spec = whisper_spec.WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    weights = _Weights(rng)
    encoder, decoder = spec.encoder, spec.decoder
    weights.linear(encoder.conv1, WIDTH, MELS, 3)
    weights.linear(encoder.conv2, WIDTH, WIDTH, 3)
    encoder.position_encodings.encodings = weights.some(1500, WIDTH)
    weights.norm(encoder.layer_norm)
    for layer in encoder.layer:
        weights.attention(layer.self_attention)
        weights.feed_forward(layer.ffn)
    decoder.embeddings.weight = weights.some(len(tokens), WIDTH)
    decoder.position_encodings.encodings = weights.some(448, WIDTH)
    weights.norm(decoder.layer_norm)
    decoder.projection.weight = decoder.embeddings.weight
    for layer in decoder.layer:
        weights.attention(layer.self_attention)
        weights.attention(layer.attention, across=True)
        weights.feed_forward(layer.ffn)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = [tokens.index("<|startoftranscript|>")]
    spec.config.suppress_ids_begin = [tokens.index("<|endoftext|>")]
    spec.config.lang_ids = [tokens.index("<|en|>")]
    spec.config.alignment_heads = [(LAYERS - 1, 0), (LAYERS - 1, 1)]
    spec.validate()
    spec.optimize(quantization=None)
    spec.save(str(folder))


class _Weights:
    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def some(self, *shape: int) -> np.ndarray:
        return (self._rng.normal(size=shape) * 0.08).astype(np.float32)

    def linear(self, part: Any, *shape: int) -> None:
        part.weight = self.some(*shape)
        part.bias = np.zeros(shape[0], np.float32)

    def norm(self, part: Any) -> None:
        part.gamma = np.ones(WIDTH, np.float32)
        part.beta = np.zeros(WIDTH, np.float32)

    def attention(self, part: Any, *, across: bool = False) -> None:
        self.norm(part.layer_norm)
        shapes = (
            [(WIDTH, WIDTH), (2 * WIDTH, WIDTH), (WIDTH, WIDTH)]
            if across
            else [(3 * WIDTH, WIDTH), (WIDTH, WIDTH)]
        )
        for linear, shape in zip(part.linear, shapes, strict=True):
            self.linear(linear, *shape)

    def feed_forward(self, part: Any) -> None:
        self.norm(part.layer_norm)
        self.linear(part.linear_0, 4 * WIDTH, WIDTH)
        self.linear(part.linear_1, WIDTH, 4 * WIDTH)
