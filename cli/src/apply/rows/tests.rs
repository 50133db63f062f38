use super::*;

fn files(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("frete.csv".to_owned(), text.to_owned())])
}

fn rows(before: &str, after: &str) -> Vec<Rows> {
    let changes = changes(&files(before), &files(after));
    changes.into_iter().map(|file| file.rows).collect()
}

#[test]
fn rows_are_changed_added_and_removed() {
    let before = "cep;price\n1;10\n2;20\n3;30\n4;40\n";
    let after = "cep;price\n1;10\n2;25\n3;30\n4;40\n5;50\n6;60\n";
    let changes = changes(&files(before), &files(after));
    assert_eq!(
        changes[0].rows,
        Rows::Differ {
            changed: 1,
            added: 2,
            removed: 0
        }
    );
    assert_eq!(
        changes[0].samples,
        ["- 2 | 20", "+ 2 | 25", "+ 5 | 50", "+ 6 | 60"]
    );
    assert_eq!(
        rows(after, before),
        [Rows::Differ {
            changed: 1,
            added: 0,
            removed: 2
        }]
    );
}

#[test]
fn how_a_table_is_written_makes_no_difference() {
    assert_eq!(rows("a;b\n1;2\n", "b,a\r\n\r\n2,\"1\""), []);
}

#[test]
fn other_columns_are_told_as_such() {
    assert_eq!(
        rows("a;b\n1;2\n", "a;c\n1;2\n"),
        [Rows::Columns {
            before: vec!["a".to_owned(), "b".to_owned()],
            after: vec!["a".to_owned(), "c".to_owned()],
        }]
    );
}

#[test]
fn a_file_comes_or_goes_as_a_whole() {
    let table = "a\n1\n2\n";
    let none = BTreeMap::new();
    assert_eq!(
        changes(&none, &files(table))[0].rows,
        Rows::NewFile { rows: 2 }
    );
    assert_eq!(
        changes(&files(table), &none)[0].rows,
        Rows::NoFile { rows: 2 }
    );
}

#[test]
fn a_table_of_which_every_row_differs_is_compared_too() {
    let table = |add: usize| {
        let rows = (0..20_000).map(|row| format!("{row};{}\n", row + add));
        format!("cep;price\n{}", rows.collect::<String>())
    };
    assert_eq!(
        rows(&table(0), &table(1)),
        [Rows::Differ {
            changed: 20_000,
            added: 0,
            removed: 0
        }]
    );
}
