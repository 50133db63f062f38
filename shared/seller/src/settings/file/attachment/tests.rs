use super::*;
use crate::settings::file;

/// What reading `price = "…"` from a file of that name finds wrong.
fn mistakes(name: &str, content: &[u8]) -> Vec<String> {
    let source = Source {
        text: format!("table = '{name}'\nsame = '{name}'"),
        attachments: [("frete.csv".to_owned(), csv::decoded(content.to_vec()))].into(),
    };
    let read = file::read(&source.text, &source, |table| {
        for key in ["table", "same"] {
            let Some(sheet) = table.required(key)?.sheet() else {
                continue;
            };
            let price = sheet.required_column(&["price", "preço"]);
            let days = sheet.column(&["days"]);
            for row in sheet.rows() {
                if let Some(price) = price {
                    row.cell(price).parsed(csv::cents_from_decimal);
                }
                if let Some(days) = days {
                    row.cell(days).optional(str::parse::<u8>);
                }
            }
        }
        Some(())
    });
    let mistakes = read.err().unwrap_or_default();
    mistakes.iter().map(Mistake::to_string).collect()
}

#[test]
fn every_mistake_of_a_file_is_noted_once_with_its_place() {
    assert_eq!(
        mistakes(
            "frete.csv",
            b"days;pre\xe7o\n1;2,50\nx;2,5,0\n;\n;1.000\n1;2;3\n"
        ),
        [
            "frete.csv: line 3, column 1: days: invalid digit found in string",
            "frete.csv: line 3, column 3: preço: is not a number like 1234, 73,90 or 1.234,56",
            "frete.csv: line 5, column 2: preço: can mean thousands or thousandths: write 1234 or 1234,00",
            "frete.csv: line 6, column 5: there are more cells than the 2 columns named above",
        ]
    );
}

#[test]
fn a_file_that_is_no_table_says_so() {
    assert_eq!(
        mistakes("frete.csv", b""),
        ["frete.csv: line 1, column 1: is empty: its first line names the columns"]
    );
    assert_eq!(
        mistakes("frete.csv", b"days;cost\n1;2"),
        ["frete.csv: line 1, column 1: price: there is no such column; there are days, cost"]
    );
    assert_eq!(
        mistakes("frete.csv", b"price;days\n1;\"2\n3;4\n"),
        [
            "frete.csv: line 2, column 3: a quote is opened here and not closed",
            "frete.csv: line 2, column 3: days: invalid digit found in string"
        ]
    );
}

#[test]
fn a_name_leads_nowhere_else() {
    for name in [
        "",
        "/etc/passwd",
        "../frete.csv",
        "a/../../frete.csv",
        "./frete.csv",
        "C:frete.csv",
        "a\\b.csv",
    ] {
        let found = mistakes(name, b"price\n1\n");
        assert_eq!(found.len(), 2, "{name}: {found:?}");
        assert!(
            found[0].starts_with("line 1, column 9: table: "),
            "{found:?}"
        );
    }
    assert_eq!(
        mistakes("other.csv", b"")[0],
        "line 1, column 9: table: other.csv: there is no such file"
    );
}
