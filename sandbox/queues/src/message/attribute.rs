//! Message attributes: typed values beside the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::errors::Rejection;

/// An attribute as a client sends it, unchecked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AttributeInput {
    data_type: Option<String>,
    string_value: Option<String>,
    /// Base64.
    binary_value: Option<String>,
    string_list_values: Option<Vec<String>>,
    binary_list_values: Option<Vec<String>>,
}

/// A checked attribute. Its JSON is what clients receive, and what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    /// `String`, `Number` or `Binary`, and perhaps the sender's own label behind a dot.
    pub(crate) data_type: String,
    #[serde(flatten)]
    pub(crate) value: Value,
}

/// An attribute's value. A number is kept as the text it was sent in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Value {
    StringValue(String),
    BinaryValue(#[serde(with = "as_base64")] Vec<u8>),
}

impl AttributeInput {
    /// Checks the attribute called `name`.
    pub(crate) fn accept(self, name: &str) -> Result<Attribute, Rejection> {
        check_name(name)?;
        if self.string_list_values.is_some_and(|list| !list.is_empty())
            || self.binary_list_values.is_some_and(|list| !list.is_empty())
        {
            return Err(Rejection::UnsupportedOperation(
                "A list as the value of a message attribute".to_owned(),
            ));
        }
        let data_type = self.data_type.unwrap_or_default();
        let base = data_type.split('.').next().unwrap_or_default();
        let value = match base {
            "String" | "Number" => self
                .string_value
                .filter(|text| !text.is_empty())
                .map(Value::StringValue),
            "Binary" => self
                .binary_value
                .map(|encoded| STANDARD.decode(encoded))
                .transpose()
                .map_err(|error| invalid(name, &format!("has no base64 value: {error}")))?
                .filter(|bytes| !bytes.is_empty())
                .map(Value::BinaryValue),
            _ => {
                return Err(Rejection::InvalidParameterValue(format!(
                    "The type of message (user) attribute '{name}' is invalid. You must use only \
                     the following supported type prefixes: Binary, Number, String."
                )));
            }
        };
        if data_type.len() > 256 {
            return Err(invalid(name, "has a type longer than 256 bytes"));
        }
        let value = value.ok_or_else(|| {
            invalid(
                name,
                &format!("must contain a non-empty value of type '{base}'"),
            )
        })?;
        match &value {
            Value::StringValue(text) if base == "Number" && !is_number(text) => {
                Err(invalid(name, "has a value that is not a number"))
            }
            _ => Ok(Attribute { data_type, value }),
        }
    }

    /// What the attribute's type and value count against the size limits, in bytes.
    pub(crate) fn size(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let binary = self
            .binary_value
            .as_ref()
            .map_or(0, |encoded| encoded.trim_end_matches('=').len() * 3 / 4);
        length(&self.data_type) + length(&self.string_value) + binary
    }
}

fn check_name(name: &str) -> Result<(), Rejection> {
    let lowercase = name.to_ascii_lowercase();
    let valid = (1..=256).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !lowercase.starts_with("aws.")
        && !lowercase.starts_with("amazon.");
    if valid {
        Ok(())
    } else {
        Err(invalid(
            name,
            "has a name that is reserved, longer than 256 characters or made of more than \
             letters, digits, '_', '-' and single '.'",
        ))
    }
}

fn is_number(text: &str) -> bool {
    // Rust would also take `inf` and `nan`.
    text.bytes().all(|byte| b"+-.0123456789eE".contains(&byte)) && text.parse::<f64>().is_ok()
}

fn invalid(name: &str, reason: &str) -> Rejection {
    Rejection::InvalidParameterValue(format!("The message attribute '{name}' {reason}."))
}

mod as_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD
            .decode(String::deserialize(from)?)
            .map_err(D::Error::custom)
    }
}
