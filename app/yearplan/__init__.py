"""An academy's year: many schools planned at once, by any number of workers, with the lecturers whom they share."""
