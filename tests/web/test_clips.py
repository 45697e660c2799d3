"""Clips: known by their content, played piece by piece, never kept by anybody in between."""

import io
import wave

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from coachops.web import clips
from coachops.web.uploads import Refusal, UploadRefused, check_upload


def spoken(frames: int = 800) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(8000)
        clip.writeframes(b"\x00\x10" * frames)
    return out.getvalue()


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\x00" * 40
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"\x00" * 40


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (spoken(), "audio/wav"),
        (WEBM + b"A_OPUS", "audio/webm"),
        (WEBM + b"V_VP8 A_OPUS", "video/webm"),
        (MP4 + b"soun", "audio/mp4"),
        (MP4 + b"vide soun", "video/mp4"),
        (b"OggS\x00\x02" + b"\x00" * 20 + b"OpusHead", "audio/ogg"),
        (b"ID3\x04\x00" + b"\x00" * 20, "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + b"\x00" * 20, "audio/mpeg"),
    ],
)
def test_a_clip_is_known_by_its_content(content: bytes, media_type: str) -> None:
    upload = SimpleUploadedFile("invoice.pdf", content, content_type="text/html")
    assert check_upload(upload, with_clips=True).media_type == media_type


@pytest.mark.parametrize(
    "content", [b"\x1a\x45\xdf\xa3" + b"matroska" * 9, b"OggX\x00 no", b"RIFF\x00\x00\x00\x00AVI "]
)
def test_what_is_no_clip_of_ours_is_not_taken(content: bytes) -> None:
    with pytest.raises(UploadRefused) as refused:
        check_upload(SimpleUploadedFile("voice.webm", content + b"\x00"), with_clips=True)
    assert refused.value.reason == Refusal.NOT_ALLOWED


def test_clips_are_taken_only_where_they_are_asked_for() -> None:
    with pytest.raises(UploadRefused):
        check_upload(SimpleUploadedFile("voice.wav", spoken()))


def test_a_clip_may_be_larger_than_a_file_but_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coachops.web.uploads.LARGEST_CLIP", 4000)
    big, longer = spoken(1500), spoken(3000)
    assert check_upload(SimpleUploadedFile("a.wav", big), largest=100, with_clips=True)
    for content in (longer, b"plain words " * 20):
        with pytest.raises(UploadRefused) as refused:
            check_upload(SimpleUploadedFile("a", content), largest=100, with_clips=True)
        assert refused.value.reason == Refusal.TOO_LARGE


SECOND_CLUSTER = b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + b"\xe7\x82\x1b\x58" + b"\xa3"
MOVIE = b"mvhd" + b"\x00" * 12 + (1000).to_bytes(4) + (7000).to_bytes(4)
LAST_PAGE = b"OggS\x00\x04" + (7 * 48_000).to_bytes(8, "little") + b"\x00" * 20


@pytest.mark.parametrize(
    "content",
    [
        spoken(7 * 8000),
        WEBM + b"A_OPUS" + SECOND_CLUSTER,
        MP4 + b"soun" + MOVIE,
        b"OggS\x00\x02" + b"\x00" * 20 + b"OpusHead" + LAST_PAGE,
        b"\xff\xfb\x90\x64" + b"\x00" * (7 * 16_000),
    ],
)
def test_a_clip_that_plays_for_long_is_refused(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = SimpleUploadedFile("a", content)
    monkeypatch.setattr("coachops.web.uploads.LONGEST_TAKEN", 8)
    assert check_upload(upload, with_clips=True)
    upload.seek(0)
    monkeypatch.setattr("coachops.web.uploads.LONGEST_TAKEN", 6)
    with pytest.raises(UploadRefused) as refused:
        check_upload(upload, with_clips=True)
    assert refused.value.reason == Refusal.TOO_LONG


@pytest.mark.parametrize(
    ("asked", "status", "piece", "said"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=6-", 206, b"6789", "bytes 6-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=4-900", 206, b"456789", "bytes 4-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=1-2,4-5", 200, b"0123456789", None),
        ("words", 200, b"0123456789", None),
    ],
)
def test_the_piece_that_was_asked_for_is_given(
    asked: str, status: int, piece: bytes, said: str | None
) -> None:
    request = RequestFactory().get("/", headers={"Range": asked} if asked else {})
    answer = clips.playback(request, b"0123456789", media_type="audio/webm")
    assert (answer.status_code, answer.content) == (status, piece)
    assert answer.headers.get("Content-Range") == said
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
