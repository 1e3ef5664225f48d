"""Settings of the doors that mail comes in by. Every name is `CAIS_…` in the environment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MIB = 1024 * 1024


class IntakeSettings(BaseSettings):
    """Where mail comes in, for whom, and how much of it at once."""

    model_config = SettingsConfigDict(env_prefix="CAIS_", frozen=True, hide_input_in_errors=True)

    smtp_listen: str = Field(default="127.0.0.1:2525", description="Where the SMTP door listens, host:port")
    mailbox: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("evidence@cais.example",), description="The program inboxes, separated by commas"
    )
    max_message_bytes: int = Field(default=50 * MIB, ge=1024, description="The largest mail taken, in bytes")
    other_way_in: str = Field(
        default="send the files in several mails", description="What we tell people whose mail is too large"
    )
    smtp_cert: Path | None = Field(default=None, description="Certificate chain (PEM) for STARTTLS")
    smtp_key: Path | None = Field(default=None, description="Private key (PEM) for STARTTLS")
    smtp_connections: int = Field(default=1000, ge=1, description="Connections at once, in total")
    smtp_connections_per_address: int = Field(
        default=100, ge=1, description="Connections at once from one address"
    )
    smtp_idle_seconds: float = Field(
        default=120, gt=0, description="Silence after which a connection is closed"
    )
    smtp_transaction_seconds: float = Field(
        default=1800, gt=0, description="The longest a single mail may take"
    )
    parse_cpu_seconds: int = Field(default=10, ge=1, description="CPU time one message may cost to read")
    parse_wall_seconds: float = Field(default=30, gt=0, description="Time one message may take to read")
    parse_memory_bytes: int = Field(
        default=512 * MIB, ge=64 * MIB, description="Memory of the reading process"
    )
