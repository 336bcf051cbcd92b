from hypothesis import given
from hypothesis import strategies as st

from realeyez.pipeline.tags import Tagger


@given(data=st.binary(max_size=300), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_the_same_bytes_have_the_same_tag_and_no_others(data: bytes, at: int, bit: int) -> None:
    tag = Tagger()
    assert tag(data) == tag(bytes(bytearray(data)))
    assert tag(data + b"\0") != tag(data)
    if data:
        other = bytearray(data)
        other[at % len(data)] ^= 1 << bit
        assert tag(bytes(other)) != tag(data)


def test_a_tag_says_nothing_to_another_process() -> None:
    assert Tagger()(b"a picture") != Tagger()(b"a picture")
