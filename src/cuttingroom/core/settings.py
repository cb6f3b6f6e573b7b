"""The only reader of environment variables. Every name starts with CUTTINGROOM_."""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person may configure; `cuttingroom doctor` shows it without the secrets."""

    model_config = SettingsConfigDict(env_prefix="CUTTINGROOM_", extra="ignore", frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("cuttingroom"))
    database_url: str | None = None
    blob_url: str | None = None

    planner: str = "rules"
    openai_base_url: str | None = None
    openai_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    anthropic_api_key: SecretStr | None = None
    ollama_base_url: str = "http://127.0.0.1:11434/v1"
    provider_timeout_seconds: Annotated[float, Field(gt=0)] = 120.0
    transcription: Literal["auto", "pocketsphinx", "whisper", "openai"] = "auto"
    transcription_model: str = "whisper-1"
    whisper_model_folder: Path | None = None
    speech: Literal["auto", "espeak", "openai"] = "auto"
    speech_model: str = "gpt-4o-mini-tts"
    cost_cap_usd: Annotated[float, Field(ge=0)] = 5.0
    requests_per_minute: Annotated[int, Field(ge=1)] = 60

    cores: Annotated[int, Field(ge=1)] | None = None
    max_pixels: int = 40_000_000
    max_media_bytes: int = 64 * 2**30
    max_media_hours: float = 24.0
    media_memory_mb: int = 6_000
    poll_seconds: Annotated[float, Field(gt=0)] = 0.1
    lease_seconds: Annotated[float, Field(gt=0)] = 20.0
    render_cache_bytes: Annotated[int, Field(ge=0)] = 20 * 2**30
    render_helpers: Annotated[int, Field(ge=0)] = 0

    @property
    def database(self) -> str:
        """The SQLAlchemy address: PostgreSQL when configured, else one SQLite file under `home`."""
        if self.database_url:
            return self.database_url.replace("postgres://", "postgresql://", 1)
        return f"sqlite:///{self.home / 'cuttingroom.db'}"

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def cache_folder(self) -> Path:
        return self.home / "cache"

    @property
    def render_cache_folder(self) -> Path:
        """Encoded pictures and sound that the next render need not make again."""
        return self.cache_folder / "render"

    @property
    def profiles_folder(self) -> Path:
        """A person's own render profiles."""
        return self.home / "profiles"

    @property
    def work_folder(self) -> Path:
        """Temporary files of running jobs; swept when their owner is gone."""
        return self.home / "work"
