"""What a field says when it cannot take what was typed: our words for those of the form library."""

from collections.abc import Mapping

from app.kernel.text import N_

OUR_WORDS: Mapping[str, str] = {
    "This field is required.": N_("Fill this in."),
    "Not a valid choice.": N_("Choose one of the list."),
    "Invalid Choice: could not coerce.": N_("Choose one of the list."),
    "'%(value)s' is not a valid choice for this field.": N_("Choose one of the list."),
    "'%(value)s' are not valid choices for this field.": N_("Choose from the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": N_("Choose from the list."),
    "Not a valid date value.": N_("This is no date of the calendar. Write it as day, month, year."),
    "Not a valid datetime value.": N_("Give a date and a time."),
    "Not a valid time value.": N_("Write the time as hours and minutes, for example 08:30."),
    "Not a valid decimal value.": N_("Write a number."),
    "Not a valid float value.": N_("Write a number."),
    "Not a valid integer value.": N_("Write a whole number."),
    "Number must be at least %(min)s.": N_("The number must be at least %(min)s."),
    "Number must be at most %(max)s.": N_("The number must be at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": N_("The number must be between %(min)s and %(max)s."),
    "Field cannot be longer than %(max)d character.": N_("Write at most %(max)d characters."),
    "Field must be at least %(min)d character long.": N_("Write at least %(min)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": N_(
        "Write between %(min)d and %(max)d characters."
    ),
    "Field must be equal to %(other_name)s.": N_("The two entries differ."),
    "Invalid email address.": N_("This is no e-mail address. Write it as name@example.org."),
    "Invalid URL.": N_("This is no web address. Write it as https://example.org."),
    "Invalid input.": N_("This cannot be read. Write it anew."),
}
