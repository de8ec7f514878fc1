"""What the accounts refuse."""

from app.kernel.errors import DomainError, NotFound, RuleBroken
from app.kernel.text import N_


class WrongCredentials(RuleBroken):
    """Unknown, disabled, without a password, or the password is another: nobody is told which."""

    message = N_(
        "This e-mail address and this password do not belong together. Nothing was lost: "
        "check both and try again, or ask for a new password."
    )


class ShortPassword(RuleBroken):
    """Too few characters."""

    message = N_(
        "The password needs at least %(least)s characters. Four or five words that do not belong together will do."
    )


class LongPassword(RuleBroken):
    """Longer than anybody types."""

    message = N_("The password may have at most %(most)s characters.")


class GuessablePassword(RuleBroken):
    """Made of what is tried first."""

    message = N_(
        "This password is among those that are tried first: it is made of well-known words, repetitions, "
        "neighbouring keys or your own name. Choose words that do not belong together."
    )


class DifferentPasswords(RuleBroken):
    """The two entries differ."""

    message = N_("The two passwords are not the same. Type the new password twice.")


class WrongPassword(RuleBroken):
    """The present password, asked for once more, is another."""

    message = N_("This is not your present password. Nothing was changed.")


class EmailTaken(RuleBroken):
    """Two accounts cannot share an address."""

    message = N_("Another account has this e-mail address. Choose another address.")


class AlreadyHasAccount(RuleBroken):
    """One person, one account."""

    message = N_("This person already has an account.")


class LinkSpent(NotFound):
    """Unknown, used or expired: nobody is told which."""

    message = N_(
        "This link was used already or is too old. Nothing was changed. Ask for a new one on the sign-in page, "
        "or ask whoever invited you."
    )


class TooManyLinks(RuleBroken):
    """Mails to one address are few, so that nobody is flooded."""

    message = N_(
        "Three links were mailed to this address within the last hour. Nothing was sent. Wait a little."
    )


class RoleHeldAlready(RuleBroken):
    """The same role in the same organisation at the same time."""

    message = N_("This person holds this role in this organisation in that period already.")


class RoleBackwards(RuleBroken):
    """It would end before it begins."""

    message = N_("The role must end after it begins.")


class BeyondAuthority(RuleBroken):
    """Nobody gives what lies outside their own authority."""

    message = N_("You can give and end roles only in organisations that you administer yourself.")


class OwnAdministration(RuleBroken):
    """Nobody locks themselves out."""

    message = N_("You cannot end or disable your own administration. Ask another administrator.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_account_email": EmailTaken,
    "uq_account_person_id": AlreadyHasAccount,
    "same_role_twice": RoleHeldAlready,
    "ck_role_grant_validity": RoleBackwards,
}
