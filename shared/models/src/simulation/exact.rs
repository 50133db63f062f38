//! Numbers in answers that are not integers.

use rust_decimal::Decimal;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A number that JSON gets digit by digit, never through floating point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact(pub Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.normalize().to_string())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stay_as_they_are() {
        for (number, written) in [
            ("1", "1"),
            ("1.0", "1"),
            ("-0", "0"),
            ("-43.1825635", "-43.1825635"),
            ("0.1", "0.1"),
        ] {
            let exact = Exact(number.parse().unwrap());
            assert_eq!(serde_json::to_string(&exact).unwrap(), written);
        }
    }
}
