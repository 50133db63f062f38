//! The first line of a CSV file: what each of its columns means.

use feirante_seller::settings::csv::same_name;

use super::columns::{COLUMNS, Column, Owner, SKU, SPECIFICATIONS};

/// What a header of a file means.
#[derive(Debug)]
pub(super) enum Meaning {
    Column(&'static Column),
    Specification(Owner, String),
    /// It is left out.
    Nothing,
}

/// The columns of a file, in their order.
#[derive(Debug)]
pub(super) struct Headers {
    columns: Vec<(String, Meaning)>,
}

impl Headers {
    /// Reads the first line of a file.
    ///
    /// # Errors
    /// All that is wrong, each with the header it is about.
    pub(super) fn read(
        cells: &[String],
        ignore_unknown: bool,
    ) -> Result<Self, Vec<(String, String)>> {
        let mut mistakes = Vec::new();
        let mut columns: Vec<(String, Meaning)> = Vec::new();
        for cell in cells {
            let meaning = meaning(cell);
            if meaning.is_none() && !cell.is_empty() && !ignore_unknown {
                mistakes.push((cell.clone(), unknown(cell)));
            }
            let meaning = meaning.unwrap_or(Meaning::Nothing);
            let before = columns.iter().find(|(_, other)| same(other, &meaning));
            if let Some((header, _)) = before {
                let text = format!("says the same as column {header}");
                mistakes.push((cell.clone(), text));
            }
            columns.push((cell.clone(), meaning));
        }
        let headers = Self { columns };
        if headers.of(SKU).is_none() {
            let text = "is missing: the first line names the columns".to_owned();
            mistakes.push((SKU.to_owned(), text));
        }
        match mistakes.is_empty() {
            true => Ok(headers),
            false => Err(mistakes),
        }
    }

    /// Each column with its name in the file.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &(String, Meaning)> {
        self.columns.iter()
    }

    /// The file's name of a column, if it has it.
    pub(super) fn of(&self, name: &str) -> Option<&str> {
        let is_it =
            |meaning: &Meaning| matches!(meaning, Meaning::Column(column) if column.name == name);
        let found = self.columns.iter().find(|(_, meaning)| is_it(meaning));
        found.map(|(header, _)| header.as_str())
    }

    /// The name of the column whose value stands at this JSON pointer: the file's, if it has it.
    pub(super) fn of_path(&self, pointer: &str) -> Option<&str> {
        let path = pointer.strip_prefix('/')?;
        let column = COLUMNS.iter().find(|one| one.path.join("/") == path)?;
        Some(self.of(column.name).unwrap_or(column.name))
    }
}

fn meaning(header: &str) -> Option<Meaning> {
    for (beginning, owner) in SPECIFICATIONS {
        let found = header.split_at_checked(beginning.len());
        if let Some((start, name)) = found
            && start.to_lowercase() == beginning
            && !name.trim().is_empty()
        {
            return Some(Meaning::Specification(owner, name.trim().to_owned()));
        }
    }
    let named = |column: &&Column| {
        let mut names = column.others.iter().chain([&column.name]);
        names.any(|name| same_name(name, header))
    };
    COLUMNS.iter().find(named).map(Meaning::Column)
}

fn same(one: &Meaning, other: &Meaning) -> bool {
    match (one, other) {
        (Meaning::Column(one), Meaning::Column(other)) => one.path == other.path,
        (Meaning::Specification(one, name), Meaning::Specification(other, other_name)) => {
            one == other && name == other_name
        }
        _ => false,
    }
}

fn unknown(header: &str) -> String {
    /// Names less alike than this are no typing error of each other.
    const ALIKE: f64 = 0.8;
    let header = header.to_lowercase();
    let alike = |name: &'static str| (strsim::jaro_winkler(name, &header), name);
    let names = COLUMNS
        .iter()
        .flat_map(|column| column.others.iter().copied().chain([column.name]));
    let closest = names
        .map(alike)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    match closest {
        Some((likeness, name)) if likeness >= ALIKE => {
            format!("is no column of offers; {name} is one")
        }
        _ => "is no column of offers; --ignore-unknown leaves such columns out".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &str) -> Result<Headers, Vec<(String, String)>> {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        Headers::read(&cells, false)
    }

    #[test]
    fn no_name_means_two_columns() {
        let of = |column: &Column| [&[column.name], column.others].concat();
        let names: Vec<&str> = COLUMNS.iter().flat_map(of).collect();
        for (index, name) in names.iter().enumerate() {
            let same: Vec<_> = names[..index]
                .iter()
                .filter(|other| same_name(other, name))
                .collect();
            assert!(same.is_empty(), "{name}: {same:?}");
        }
    }

    #[test]
    fn names_are_known_in_both_languages() {
        let read = headers("SKU,Preço De,preco,ESTOQUE,Depósito,Spec:Cor,product_spec: Tecido");
        let read = read.unwrap();
        let meanings: Vec<String> = read
            .iter()
            .map(|(_, meaning)| match meaning {
                Meaning::Column(column) => column.name.to_owned(),
                Meaning::Specification(owner, name) => owner.header(name),
                Meaning::Nothing => String::new(),
            })
            .collect();
        assert_eq!(
            meanings,
            [
                "sku",
                "list_price",
                "price",
                "stock",
                "warehouse",
                "spec:Cor",
                "product_spec:Tecido"
            ]
        );
        assert_eq!(read.of("list_price"), Some("Preço De"));
    }

    #[test]
    fn what_is_wrong_with_the_first_line_is_told_at_once() {
        let mistakes = headers("prise,peso,weight_kg,lucro").unwrap_err();
        let texts: Vec<String> = mistakes
            .iter()
            .map(|(column, text)| format!("{column}: {text}"))
            .collect();
        assert_eq!(
            texts,
            [
                "prise: is no column of offers; price is one",
                "weight_kg: says the same as column peso",
                "lucro: is no column of offers; --ignore-unknown leaves such columns out",
                "sku: is missing: the first line names the columns",
            ]
        );
    }
}
