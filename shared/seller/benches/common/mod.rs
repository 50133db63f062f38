//! A freight table of 20,000 rows, for every benchmark that has one.

use feirante_seller::settings::{Attachments, Settings};

/// 1,000 postal ranges of 20 weights each.
const RANGES: u32 = 1_000;
const WEIGHTS: u32 = 20;

/// Files beside a seller file: the table as `frete.csv`, and what else there is.
pub(crate) struct Files {
    table: String,
    others: &'static [(&'static str, &'static str)],
}

impl Files {
    pub(crate) fn with(others: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            table: table(),
            others,
        }
    }
}

impl Attachments for Files {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        if name == "frete.csv" {
            return Ok(self.table.clone().into_bytes());
        }
        let other = self.others.iter().find(|(known, _)| *known == name);
        other
            .map(|(_, content)| content.as_bytes().to_vec())
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

fn table() -> String {
    let header = "postal_start,postal_end,weight_start,weight_end,price,days\n";
    let width = 100_000_000 / RANGES;
    let rows = (0..RANGES).flat_map(|range| {
        (0..WEIGHTS).map(move |weight| {
            let (first, last) = (range * width, (range + 1) * width - 1);
            let (from, to) = (weight * 2000, (weight + 1) * 2000);
            let price = 10 + range * 7 % 23 + weight * 3;
            let (cents, days) = ((range + weight) % 100, 2 + range % 9);
            format!("{first:08},{last:08},{from},{to},{price}.{cents:02},{days}\n")
        })
    });
    std::iter::once(header.to_owned()).chain(rows).collect()
}

/// The seller file as it is in force.
pub(crate) fn parsed(seller: &str, files: &Files) -> Settings {
    match Settings::parse_with(seller, files) {
        Ok(settings) => settings,
        Err(mistakes) => unreachable!("{mistakes:?}"),
    }
}
