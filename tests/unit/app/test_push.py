"""What is sent to a browser is what the standards' own example says, and goes nowhere else."""

from __future__ import annotations

import base64

import pytest

from app.push import BadPushAddress, PushAddress, decode, encrypt, new_private_key, private_key_of

# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER_POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
RECORD = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    address = PushAddress("https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV", BROWSER_POINT, SECRET)
    record = encrypt(PLAIN, address, ephemeral=private_key_of(SENDER_KEY), salt=decode(SALT))
    assert base64.urlsafe_b64encode(record).decode().rstrip("=") == RECORD


def test_a_new_key_is_a_key() -> None:
    assert private_key_of(new_private_key()).key_size == 256
    assert new_private_key() != new_private_key()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://sin.notify.windows.com/w/?token=abc",
    ],
)
def test_known_services_carry_notifications(endpoint: str) -> None:
    assert PushAddress(endpoint, BROWSER_POINT, SECRET).checked().endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/abc",
        "https://evilfcm.googleapis.com.example/abc",
        "https://xfcm.googleapis.com/abc",
        "https://fcm.googleapis.com:8443/abc",
        "https://fcm.googleapis.com@evil.example/abc",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8000/",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_no_browser_makes_us_post_elsewhere(endpoint: str) -> None:
    with pytest.raises(BadPushAddress):
        PushAddress(endpoint, BROWSER_POINT, SECRET).checked()


@pytest.mark.parametrize(("point", "secret"), [("", SECRET), ("AAAA", SECRET), (BROWSER_POINT, "AAAA"), ("é", SECRET)])
def test_malformed_keys_are_refused(point: str, secret: str) -> None:
    with pytest.raises(BadPushAddress):
        PushAddress("https://fcm.googleapis.com/fcm/send/abc", point, secret).checked()


def test_a_private_host_counts_only_when_it_is_named() -> None:
    address = PushAddress("http://push.internal:9000/x", BROWSER_POINT, SECRET)
    assert address.checked(frozenset({"push.internal:9000"}))
    with pytest.raises(BadPushAddress):
        address.checked(frozenset({"push.internal:9001"}))
