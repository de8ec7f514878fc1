"""Counting bits of a 64-bit word by the processor's own instructions, for compiled functions."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"
from collections.abc import Callable
from typing import cast

from numba import types
from numba.extending import intrinsic


@intrinsic
def _lowest_bit(typing_context, word):
    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], context.get_constant(types.boolean, False))

    return types.int64(types.int64), generate


@intrinsic
def _count_bits(typing_context, word):
    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.int64(types.int64), generate


lowest_bit = cast(Callable[[int], int], _lowest_bit)
"""The place of the lowest set bit of a word that is not 0."""

count_bits = cast(Callable[[int], int], _count_bits)
"""How many bits of a word are set."""
