//! Numbers as people write them, with a comma or a point.

use feirante_models::Cents;
use rust_decimal::Decimal;

/// A text that is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAmount {
    /// It is no number.
    #[error("is not a number like 1234, 73,90 or 1.234,56")]
    NotANumber,
    /// One separator with three digits behind it: thousands to some, thousandths to others.
    #[error("can mean thousands or thousandths: write 1234 or 1234,00")]
    Ambiguous,
    /// There is less than a cent in it.
    #[error("has more than two decimals")]
    TooFine,
    /// It is more than can be counted.
    #[error("is too large")]
    TooLarge,
}

/// An amount of money, not negative, as a spreadsheet or a person writes it: `73,90`, `73.9`, `7390`,
/// `1.234,56`, `1,234.56`. Exact: what is finer than a cent is refused, as is what has two readings.
///
/// # Errors
/// What is wrong with it.
pub fn cents_from_decimal(text: &str) -> Result<Cents, InvalidAmount> {
    let number = Number::read(text)?;
    if number.whole.separators == 0 && number.decimals.len() == 3 {
        return Err(InvalidAmount::Ambiguous);
    }
    let significant = number.decimals.trim_end_matches('0');
    if significant.len() > 2 {
        return Err(InvalidAmount::TooFine);
    }
    let cents = format!("{}{significant:0<2}", number.whole.digits);
    cents
        .parse()
        .map(Cents::new)
        .map_err(|_| InvalidAmount::TooLarge)
}

/// A number, not negative, with a comma or a point before its decimals: a weight in kilograms, a
/// percentage. A single separator is always the decimal one.
///
/// # Errors
/// What is wrong with it.
pub fn decimal(text: &str) -> Result<Decimal, InvalidAmount> {
    let number = Number::read(text)?;
    let plain = format!("{}.{}", number.whole.digits, number.decimals);
    let plain = plain.trim_end_matches('.');
    Decimal::from_str_exact(plain).map_err(|_| InvalidAmount::TooLarge)
}

/// A number in its parts.
struct Number<'a> {
    whole: Whole,
    decimals: &'a str,
}

struct Whole {
    digits: String,
    /// How many separators of thousands there were.
    separators: usize,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Result<Self, InvalidAmount> {
        let text = text.trim();
        let (whole, thousands, decimals) = match text.rfind([',', '.']) {
            None => (text, None, ""),
            Some(last) => {
                let separator = text.as_bytes()[last];
                let (before, behind) = (&text[..last], &text[last + 1..]);
                let other = if separator == b',' { '.' } else { ',' };
                if before.contains(char::from(separator)) {
                    // One that occurs twice can't stand before decimals.
                    (text, Some(char::from(separator)), "")
                } else {
                    if behind.is_empty() {
                        return Err(InvalidAmount::NotANumber);
                    }
                    (before, Some(other), behind)
                }
            }
        };
        let whole = Whole::read(whole, thousands)?;
        if !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(InvalidAmount::NotANumber);
        }
        Ok(Self { whole, decimals })
    }
}

impl Whole {
    /// Digits, in threes where `thousands` separates them.
    fn read(text: &str, thousands: Option<char>) -> Result<Self, InvalidAmount> {
        let groups: Vec<&str> = match thousands {
            Some(separator) => text.split(separator).collect(),
            None => vec![text],
        };
        let (first, rest) = groups.split_first().ok_or(InvalidAmount::NotANumber)?;
        let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
        let right = digits(first)
            && (rest.is_empty() || first.len() <= 3)
            && rest.iter().all(|group| digits(group) && group.len() == 3);
        if !right {
            return Err(InvalidAmount::NotANumber);
        }
        Ok(Self {
            digits: groups.concat(),
            separators: rest.len(),
        })
    }
}
