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
        let number = self.0.normalize();
        if let (0, Ok(whole)) = (number.scale(), i64::try_from(number)) {
            return serializer.serialize_i64(whole);
        }
        RawValue::from_string(number.to_string())
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
            ("-12", "-12"),
            (
                "79228162514264337593543950335",
                "79228162514264337593543950335",
            ),
        ] {
            let exact = Exact(number.parse().unwrap());
            assert_eq!(serde_json::to_string(&exact).unwrap(), written);
        }
    }
}
