//! A JSON object as it is written: names and values in their order, equal names too, and nothing copied
//! that can be borrowed.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Room that is made for an object that has any field at all.
const EXPECTED: usize = 8;

/// A text that is not copied unless it is written with escapes.
#[derive(Debug, Clone, Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// Names and values. A list: objects have few fields, and each is asked for once.
#[derive(Debug, Clone)]
pub struct Fields<'a, V>(Vec<(Cow<'a, str>, V)>);

impl<'a, V> Fields<'a, V> {
    /// The value of that name: the last, if there are several (protocol §3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        let mut last_first = self.0.iter().rev();
        let (_, value) = last_first.find(|(other, _)| other == name)?;
        Some(value)
    }

    /// One after the other.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &V)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

impl<V> Default for Fields<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'a, V> FromIterator<(Cow<'a, str>, V)> for Fields<'a, V> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, V)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl<'a, V> IntoIterator for Fields<'a, V> {
    type Item = (Cow<'a, str>, V);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de: 'a, 'a, V: Deserialize<'de>> Deserialize<'de> for Fields<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All<'a, V>(PhantomData<(&'a str, V)>);

        impl<'de: 'a, 'a, V: Deserialize<'de>> Visitor<'de> for All<'a, V> {
            type Value = Fields<'a, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    if fields.is_empty() {
                        fields.reserve(EXPECTED);
                    }
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(All(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_as_they_are_written() {
        let json = r#"{"b":1,"a":2,"b":3,"\u0063":4}"#;
        let fields: Fields<'_, i64> = serde_json::from_str(json).unwrap();
        assert_eq!(fields.get("b"), Some(&3));
        assert_eq!(fields.get("none"), None);
        let all: Vec<_> = fields.iter().collect();
        assert_eq!(all, [("b", &1), ("a", &2), ("b", &3), ("c", &4)]);
        let borrowed = fields
            .into_iter()
            .map(|(name, _)| matches!(name, Cow::Borrowed(_)));
        assert_eq!(borrowed.collect::<Vec<_>>(), [true, true, true, false]);
        assert!(serde_json::from_str::<Fields<'_, i64>>("[]").is_err());
    }
}
