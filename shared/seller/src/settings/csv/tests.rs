use proptest::prelude::*;

use super::*;

fn cents(text: &str) -> Result<i64, InvalidAmount> {
    cents_from_decimal(text).map(feirante_models::Cents::get)
}

#[test]
fn amounts_are_read_with_a_comma_or_a_point() {
    for (text, expected) in [
        ("73,90", 7390),
        ("73.9", 7390),
        ("7390", 739_000),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1.234.567", 123_456_700),
        ("12.345.678,9", 1_234_567_890),
        (" 5 ", 500),
        ("0,05", 5),
        ("1.5000", 150),
        ("007", 700),
    ] {
        assert_eq!(cents(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_not_exactly_an_amount_is_refused() {
    use InvalidAmount::{Ambiguous, NotANumber, TooFine, TooLarge};
    for (text, expected) in [
        ("", NotANumber),
        ("-5", NotANumber),
        ("R$ 5", NotANumber),
        ("5,", NotANumber),
        (",5", NotANumber),
        ("1e3", NotANumber),
        ("1 234", NotANumber),
        ("1,23,45", NotANumber),
        ("1.23,45,6", NotANumber),
        ("1234.567,8", NotANumber),
        ("12.34,5", NotANumber),
        ("1.234", Ambiguous),
        ("1,500", Ambiguous),
        ("1.234,567", TooFine),
        ("0.0001", TooFine),
        ("99999999999999999999", TooLarge),
    ] {
        assert_eq!(cents(text), Err(expected), "{text}");
    }
}

#[test]
fn a_single_separator_stands_before_the_decimals_of_a_number() {
    for (text, expected) in [
        ("0,5", "0.5"),
        ("1.234", "1.234"),
        ("1.234,5", "1234.5"),
        ("30", "30"),
    ] {
        assert_eq!(decimal(text).unwrap(), expected.parse().unwrap(), "{text}");
    }
}

proptest! {
    /// Whatever a spreadsheet writes for an amount, it is read as that amount.
    #[test]
    fn an_amount_written_either_way_is_the_amount(amount in 0_i64..1_000_000_000_000) {
        let (whole, part) = (amount / 100, amount % 100);
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push('#');
            }
            grouped.push(digit);
        }
        for (thousands, point) in [(".", ","), (",", "."), ("", ","), ("", ".")] {
            let text = format!("{}{point}{part:02}", grouped.replace('#', thousands));
            prop_assert_eq!(cents(&text), Ok(amount), "{}", text);
        }
    }

    /// Any bytes at all are a table or a mistake, and every cell has a place within the text.
    #[test]
    fn any_text_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = decoded(bytes);
        if let Ok(table) = csv_table(&text) {
            for row in table.rows() {
                let (line, column) = table.place(row, row.cells().count());
                prop_assert!(line >= row.line() && column >= 1);
                prop_assert!(line <= text.matches('\n').count() + 1);
            }
        }
    }
}

#[test]
fn the_delimiter_is_found_out() {
    for (header, expected) in [
        ("a;b;c", b';'),
        ("a,b", b','),
        ("a\tb", b'\t'),
        ("a|b\n1;2;3", b'|'),
        ("\"a;b;c\",d", b','),
        ("price, net;list", b';'),
        ("sku", b','),
        ("", b','),
    ] {
        assert_eq!(delimiter_of(header), expected, "{header}");
    }
}

#[test]
fn a_file_is_read_in_either_encoding() {
    assert_eq!(decoded(b"\xef\xbb\xbfpre\xc3\xa7o".to_vec()), "preço");
    assert_eq!(decoded(b"pre\xe7o \x80".to_vec()), "preço €");
}

#[test]
fn cells_know_where_they_stand() {
    let text = "\r\ncode; price\r\n\r\na; 1,5\r\n;\r\n\"b;\"\"\nc\" ;2;3\r\nd";
    let table = csv_table(text).unwrap();
    assert_eq!(table.delimiter(), b';');
    assert_eq!(table.headers().collect::<Vec<_>>(), ["code", "price"]);
    assert_eq!(table.header_line(), 2);
    let rows: Vec<_> = table.rows().collect();
    let lines: Vec<_> = rows.iter().map(|row| row.line()).collect();
    assert_eq!(lines, [4, 6, 8]);
    assert_eq!(
        (rows[1].cell(0), rows[1].cell(2), rows[1].cell(9)),
        ("b;\"\nc", "3", "")
    );
    assert_eq!(table.place(rows[0], 1), (4, 3));
    assert_eq!(table.place(rows[1], 1), (7, 5));
    assert_eq!(table.place(rows[2], 1), (8, 2));
}

#[test]
fn a_column_is_found_by_any_of_its_names() {
    let table = csv_table("CEP inicial;Postal-End\n1;2").unwrap();
    assert_eq!(table.column(&["postal_start", "cep_inicial"]), Some(0));
    assert_eq!(table.column(&["postal_end"]), Some(1));
    assert_eq!(table.column(&["price"]), None);
    assert!(csv_table("\n;;\n").is_err());
}
