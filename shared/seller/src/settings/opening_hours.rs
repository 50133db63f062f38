//! `[shipping.methods.pickup_point] hours`: when goods can be fetched, as buyers are told.

use feirante_models::simulation::Country;
use jiff::civil::Time;

use super::days::{self, Weekday};
use super::file::Table;

/// The hours of some days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpeningHours {
    /// In the order of the week; at least one.
    days: Vec<Weekday>,
    from: Time,
    to: Time,
}

/// The days from Monday on, and what stands between the first and the last of several.
struct Words {
    days: [&'static str; 7],
    to: &'static str,
}

const ENGLISH: Words = Words {
    days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    to: " to ",
};
const PORTUGUESE: Words = Words {
    days: ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"],
    to: " a ",
};
const SPANISH: Words = Words {
    days: ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
    to: " a ",
};

/// Where buyers read Portuguese…
const IN_PORTUGUESE: [&str; 4] = ["BRA", "PRT", "AGO", "MOZ"];
/// …and where Spanish.
const IN_SPANISH: [&str; 19] = [
    "ARG", "BOL", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "ESP", "GTM", "HND", "MEX", "NIC",
    "PAN", "PER", "PRY", "SLV", "URY", "VEN",
];

impl OpeningHours {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Self> {
        let days = table
            .required("days")
            .map(|value| days::some_weekdays(&value));
        let from = table
            .required("from")
            .and_then(|value| value.parsed(days::time));
        let to = table
            .required("to")
            .and_then(|value| value.parsed(days::time));
        let (from, to) = (from?, to?);
        if from >= to {
            table.mistake("from", "is not before to");
        }
        Some(Self {
            days: days?,
            from,
            to,
        })
    }

    /// The hours in words of the country: `seg a sex 09:00–18:00; sáb 09:00–13:00`.
    pub(super) fn told(hours: &[Self], country: Country) -> String {
        let country = country.to_string();
        let words = if IN_PORTUGUESE.contains(&country.as_str()) {
            PORTUGUESE
        } else if IN_SPANISH.contains(&country.as_str()) {
            SPANISH
        } else {
            ENGLISH
        };
        let lines: Vec<_> = hours.iter().map(|hours| hours.line(&words)).collect();
        lines.join("; ")
    }

    fn line(&self, words: &Words) -> String {
        let days = self
            .days
            .chunk_by(|day, next| *day as usize + 1 == *next as usize);
        let days: Vec<_> = days
            .filter_map(|run| {
                let name = |day: &Weekday| words.days.get(*day as usize).copied();
                let (first, last) = (name(run.first()?)?, name(run.last()?)?);
                Some(match run.len() {
                    1 => first.to_owned(),
                    2 => format!("{first}, {last}"),
                    _ => format!("{first}{}{last}", words.to),
                })
            })
            .collect();
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        format!("{} {from}–{to}", days.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_told_in_the_words_of_the_country() {
        let hours = |days: &[Weekday], from: &str, to: &str| OpeningHours {
            days: days.to_vec(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        let week = [
            hours(&Weekday::ALL[..5], "09:00", "18:00"),
            hours(&[Weekday::Sat], "09:00", "13:00"),
        ];
        for (country, told) in [
            ("BRA", "seg a sex 09:00–18:00; sáb 09:00–13:00"),
            ("ARG", "lun a vie 09:00–18:00; sáb 09:00–13:00"),
            ("USA", "Mon to Fri 09:00–18:00; Sat 09:00–13:00"),
        ] {
            let country = Country::parse(country).unwrap();
            assert_eq!(OpeningHours::told(&week, country), told);
        }
        let scattered = [hours(
            &[Weekday::Mon, Weekday::Tue, Weekday::Fri],
            "10:00",
            "12:30",
        )];
        let brazil = Country::parse("BRA").unwrap();
        assert_eq!(
            OpeningHours::told(&scattered, brazil),
            "seg, ter, sex 10:00–12:30"
        );
    }
}
