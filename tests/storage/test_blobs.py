"""The promises of the blob store, on a folder and on S3 (moto's server on loopback)."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cuttingroom.core import clock
from cuttingroom.core.errors import InvalidInput, NotFound, StorageFailed
from cuttingroom.core.hashing import hash_file
from cuttingroom.core.settings import Settings
from cuttingroom.storage.blobs import (
    UNFINISHED,
    Blobs,
    FolderBlobs,
    ObjectBlobs,
    StoredBlob,
    make_blobs,
    new_key,
)


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    client.create_bucket(Bucket="studio")
    client.close()
    return "s3://studio/cuts"


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    url = request.getfixturevalue("s3_url") if request.param == "s3" else None
    return make_blobs(Settings(home=tmp_path / "home", blob_url=url))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "take one.mp4"
    path.write_bytes(os.urandom(3_000_001))
    return path


def a_blob(blobs: Blobs, source: Path, project: str = "p1") -> StoredBlob:
    return blobs.put(source, new_key(project, "a1", ".MP4"))


def test_a_stored_blob_reads_back_byte_for_byte(blobs: Blobs, source: Path, tmp_path: Path):
    stored = a_blob(blobs, source)
    local = blobs.local_path(stored.key, tmp_path / "cache", sha256=stored.sha256)
    assert local.read_bytes() == source.read_bytes()
    assert (stored.size_bytes, stored.sha256) == (3_000_001, hash_file(source))
    assert stored.bucket == blobs.bucket
    assert local.suffix == ".mp4"


def test_an_upload_of_several_parts_is_one_blob(blobs: Blobs, tmp_path: Path):
    big = tmp_path / "big.mov"
    big.write_bytes(os.urandom(1 << 20) * 12)
    stored = a_blob(blobs, big)
    assert stored.size_bytes == 12 << 20
    assert blobs.exists(stored.key)


def test_an_empty_file_is_a_blob_too(blobs: Blobs, tmp_path: Path):
    (tmp_path / "empty.txt").touch()
    assert blobs.put(tmp_path / "empty.txt", new_key("p1", "a1", "txt")).size_bytes == 0


def test_a_deleted_blob_is_gone_and_deleting_it_again_is_fine(blobs: Blobs, source: Path, tmp_path: Path):
    stored = a_blob(blobs, source)
    assert blobs.exists(stored.key)
    blobs.delete(stored.key)
    blobs.delete(stored.key)
    assert not blobs.exists(stored.key)
    with pytest.raises(NotFound):
        blobs.local_path(stored.key, tmp_path / "cache", sha256=stored.sha256)


def test_keys_are_listed_by_project_and_by_age(blobs: Blobs, source: Path):
    mine, other = a_blob(blobs, source, "p7").key, a_blob(blobs, source, "p8").key
    assert list(blobs.list_keys("p7/")) == [mine]
    assert list(blobs.list_keys("p7/a1/")) == [mine]
    assert {mine, other} <= set(blobs.list_keys())
    assert list(blobs.list_keys("p7/", older_than=clock.now() - timedelta(hours=1))) == []
    assert list(blobs.list_keys("p7/", older_than=clock.now() + timedelta(hours=1))) == [mine]
    for key in (mine, other):
        blobs.delete(key)


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/passwd",
        "p/../a/b.mp4",
        "/etc/a/b.mp4",
        "p/a/b",
        "p/a/b.mp4/c",
        "p//b.mp4",
        "p/a/.mp4",
        "p/a/b.mp4\n",
        "p/a/b\0.mp4",
        "",
        f"{UNFINISHED}/a/b.mp4",
    ],
)
def test_no_key_leaves_the_store(blobs: Blobs, source: Path, key: str, tmp_path: Path):
    for act in (
        lambda: blobs.put(source, key),
        lambda: blobs.local_path(key, tmp_path, sha256="0" * 64),
        lambda: blobs.exists(key),
        lambda: blobs.delete(key),
    ):
        with pytest.raises(InvalidInput):
            act()


@pytest.mark.parametrize("prefix", ["..", "../", "/", "p", "p/../", "p/a/b/"])
def test_no_prefix_leaves_the_store(blobs: Blobs, prefix: str):
    with pytest.raises(InvalidInput):
        list(blobs.list_keys(prefix))


def test_a_key_is_made_of_ids_only():
    assert new_key("p", "a", ".mp4/../x").endswith(".mp4x")
    assert new_key("p", "a", "été").endswith(".t")
    assert new_key("p", "a", "...").endswith(".bin")
    with pytest.raises(InvalidInput):
        new_key("../p", "a", "mp4")
    assert new_key("p", "a", "") != new_key("p", "a", "")


def test_a_missing_source_is_not_found(blobs: Blobs, tmp_path: Path):
    with pytest.raises(NotFound):
        a_blob(blobs, tmp_path / "absent.mp4")


def test_a_full_disk_is_a_storage_failure_and_leaves_nothing(source: Path, tmp_path: Path):
    blobs = FolderBlobs(tmp_path / "blobs")
    with room_for(1_000_000), pytest.raises(StorageFailed, match="disk is full"):
        a_blob(blobs, source)
    assert [path for path in blobs.folder.rglob("*") if path.is_file()] == []


@contextmanager
def room_for(size_bytes: int) -> Iterator[None]:
    """The operating system refuses longer files, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_half_written_blob_is_never_listed_and_can_be_discarded(source: Path, tmp_path: Path):
    blobs = FolderBlobs(tmp_path / "blobs")
    a_blob(blobs, source)
    (blobs.folder / UNFINISHED / "0123").write_bytes(b"half")
    assert len(list(blobs.list_keys())) == 1
    assert blobs.discard_unfinished(clock.now() - timedelta(hours=1)) == 0
    assert blobs.discard_unfinished(clock.now() + timedelta(hours=1)) == 1
    assert not any((blobs.folder / UNFINISHED).iterdir())


def test_a_cached_copy_that_does_not_match_its_hash_is_refused(s3_url: str, source: Path, tmp_path: Path):
    blobs = ObjectBlobs(s3_url)
    stored = a_blob(blobs, source)
    with pytest.raises(StorageFailed, match="read back"):
        blobs.local_path(stored.key, tmp_path / "cache", sha256="0" * 64)
    assert [p for p in (tmp_path / "cache").rglob("*") if p.is_file()] == []


def test_a_cached_copy_is_read_without_the_store(s3_url: str, source: Path, tmp_path: Path):
    blobs = ObjectBlobs(s3_url)
    stored = a_blob(blobs, source)
    first = blobs.local_path(stored.key, tmp_path / "cache", sha256=stored.sha256)
    blobs.delete(stored.key)
    assert blobs.local_path(stored.key, tmp_path / "cache", sha256=stored.sha256) == first


def test_a_store_that_refuses_is_a_storage_failure(s3_url: str, source: Path):
    with pytest.raises((StorageFailed, NotFound)):
        a_blob(ObjectBlobs(s3_url.replace("studio", "absent")), source)


def test_an_unusable_address_says_which_setting_is_wrong():
    with pytest.raises(InvalidInput, match="CUTTINGROOM_BLOB_URL"):
        ObjectBlobs("gopher://nowhere/x")
