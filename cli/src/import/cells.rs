//! One cell of a CSV file, as a value of a message.

use feirante_models::{Cents, Instant};
use feirante_seller::settings::csv::{InvalidAmount, cents_from_decimal, decimal};
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::columns::Form;
use super::list;

/// Reads a cell that is not empty and has no spaces around it. Numbers are exact: decimals are handed
/// on as text, which the message takes too.
///
/// # Errors
/// What is wrong with it.
pub(super) fn value(cell: &str, form: Form) -> Result<Value, String> {
    match form {
        Form::Text => Ok(cell.into()),
        Form::Code => code(cell),
        Form::Flag => flag(cell),
        Form::Price if cell == list::NONE => Ok(Value::Null),
        Form::Money | Form::Price => cents(cell).map(|cents| cents.get().into()),
        Form::Whole => whole(cell).map(Value::from),
        Form::Units => match cell.strip_prefix('-') {
            Some(units) => whole(units).map(|units| (-units).into()),
            None => whole(cell).map(Value::from),
        },
        Form::Decimal => amount(cell).map(|number| number.to_string().into()),
        Form::Kilograms => grams(cell).map(Value::from),
        Form::Time => time(cell).map(|time| time.to_string().into()),
        Form::List => Ok(list::split(cell).into()),
        Form::Pictures => Ok(list::split(cell).iter().map(picture).collect()),
        Form::Json => serde_json::from_str(cell).map_err(|error| format!("is not JSON: {error}")),
    }
}

/// `7,90801E+12` was a code before a spreadsheet took it for a number and shortened it.
fn code(cell: &str) -> Result<Value, String> {
    let shortened = cell
        .split_once(['E', 'e'])
        .is_some_and(|(digits, exponent)| {
            let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let whole = digits.split_once([',', '.']);
            exponent.strip_prefix('+').is_some_and(number)
                && whole.is_some_and(|(whole, rest)| number(whole) && number(rest))
        });
    match shortened {
        true => Err("was shortened by a spreadsheet: make it a column of text".to_owned()),
        false => Ok(cell.into()),
    }
}

fn flag(cell: &str) -> Result<Value, String> {
    const YES: [&str; 9] = [
        "yes",
        "true",
        "1",
        "y",
        "sim",
        "s",
        "verdadeiro",
        "ativo",
        "active",
    ];
    const NO: [&str; 10] = [
        "no", "false", "0", "n", "não", "nao", "falso", "inativo", "inactive", "f",
    ];
    let word = cell.to_lowercase();
    if YES.contains(&word.as_str()) {
        Ok(true.into())
    } else if NO.contains(&word.as_str()) {
        Ok(false.into())
    } else {
        Err("is neither yes nor no".to_owned())
    }
}

fn cents(cell: &str) -> Result<Cents, String> {
    // As spreadsheets format money.
    let amount = cell.strip_prefix("R$").unwrap_or(cell).trim_start();
    cents_from_decimal(amount).map_err(|wrong| wrong.to_string())
}

/// A whole number, also one that a spreadsheet gave decimals: `5,00`. Read as money is, since a
/// separator with three digits behind it has two readings here too.
fn whole(cell: &str) -> Result<i64, String> {
    let not_whole = || "is not a whole number".to_owned();
    let cents = cents_from_decimal(cell).map_err(|wrong| match wrong {
        InvalidAmount::Ambiguous => "can mean thousands or thousandths: write 1000".to_owned(),
        InvalidAmount::TooLarge => wrong.to_string(),
        InvalidAmount::NotANumber | InvalidAmount::TooFine => not_whole(),
    })?;
    match cents.get() % 100 {
        0 => Ok(cents.get() / 100),
        _ => Err(not_whole()),
    }
}

fn amount(cell: &str) -> Result<Decimal, String> {
    decimal(cell).map_err(|wrong| wrong.to_string())
}

fn grams(cell: &str) -> Result<i64, String> {
    let grams = amount(cell)?.checked_mul(Decimal::ONE_THOUSAND);
    let grams = grams.ok_or("is too large")?.normalize();
    if grams.scale() > 0 {
        return Err("has less than a gram in it".to_owned());
    }
    i64::try_from(grams).map_err(|_| "is too large".to_owned())
}

/// A time as messages have it, or day, month and year: `21/11/2026`, `21/11/2026 18:30`. Without an
/// offset it is UTC.
fn time(cell: &str) -> Result<Instant, String> {
    if let Ok(time) = Instant::parse(cell) {
        return Ok(time);
    }
    let wrong = || "is not a time like 2026-11-21, 2026-11-21T18:30:00-03:00 or 21/11/2026";
    let (day, clock) = cell.split_once(' ').unwrap_or((cell, "00:00"));
    // A year of two digits would be one of the first century.
    let whole = Some(day).filter(|day| day.len() == "21/11/2026".len());
    let date = Date::strptime("%d/%m/%Y", whole.ok_or_else(wrong)?).map_err(|_| wrong())?;
    let clock: Time = clock.trim().parse().map_err(|_| wrong())?;
    let text = DateTime::from_parts(date, clock).to_string();
    Instant::parse(&text).map_err(|_| wrong().to_owned())
}

/// `Front https://…`, or the address alone, which then names it.
fn picture(text: &String) -> Value {
    match text.rsplit_once(char::is_whitespace) {
        Some((name, url)) => json!({"name": name.trim_end(), "url": url}),
        None => json!({"name": name_in(text), "url": text}),
    }
}

/// The name of a picture that has none but its address.
pub(super) fn name_in(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_exactly() {
        for (cell, form, read) in [
            ("73,90", Form::Money, json!(7390)),
            ("R$ 1.234,56", Form::Money, json!(123_456)),
            ("0.29", Form::Price, json!(29)),
            ("-", Form::Price, json!(null)),
            ("5", Form::Whole, json!(5)),
            ("5,00", Form::Whole, json!(5)),
            ("1.234,00", Form::Whole, json!(1234)),
            ("-3", Form::Units, json!(-3)),
            ("1,5", Form::Decimal, json!("1.5")),
            ("0,35", Form::Kilograms, json!(350)),
            ("1.200", Form::Kilograms, json!(1200)),
            ("Não", Form::Flag, json!(false)),
            ("TRUE", Form::Flag, json!(true)),
            ("21/11/2026", Form::Time, json!("2026-11-21T00:00:00.000Z")),
            (
                "21/11/2026 18:30",
                Form::Time,
                json!("2026-11-21T18:30:00.000Z"),
            ),
            (
                "2026-11-21T18:30:00-03:00",
                Form::Time,
                json!("2026-11-21T21:30:00.000Z"),
            ),
            ("-", Form::List, json!([])),
            (
                "Front side https://a/1.jpg|https://a/2.jpg",
                Form::Pictures,
                json!([
                    {"name": "Front side", "url": "https://a/1.jpg"},
                    {"name": "2.jpg", "url": "https://a/2.jpg"},
                ]),
            ),
            ("00123E+5", Form::Code, json!("00123E+5")),
            ("7,90", Form::Code, json!("7,90")),
        ] {
            assert_eq!(value(cell, form), Ok(read), "{cell}");
        }
    }

    #[test]
    fn what_has_no_reading_or_two_is_refused() {
        for (cell, form) in [
            ("1.234", Form::Money),
            ("1.000", Form::Whole),
            ("1.000", Form::Units),
            ("2,5", Form::Whole),
            ("-2", Form::Whole),
            ("--2", Form::Units),
            ("1,234.567", Form::Money),
            ("free", Form::Price),
            ("0,0005", Form::Kilograms),
            ("maybe", Form::Flag),
            ("13/13/2026", Form::Time),
            ("21/11/26", Form::Time),
            ("7,90801E+12", Form::Code),
            ("{", Form::Json),
        ] {
            assert!(value(cell, form).is_err(), "{cell}");
        }
    }
}
