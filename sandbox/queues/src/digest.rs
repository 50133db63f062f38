//! The digests SQS answers with: clients compare them with their own to notice damaged messages.

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use sha2::Sha256;

use crate::message::{Attribute, Value};

/// The MD5 of a message's body, in hexadecimal.
pub(crate) fn md5_of_body(body: &str) -> String {
    format!("{:x}", Md5::digest(body.as_bytes()))
}

/// The MD5 of a message's attributes, in hexadecimal; `None` where there are none.
///
/// For each attribute in the order of the names: name, data type, one byte for the kind of value
/// (1 text, 2 binary) and the value, each text and value behind its length in four bytes, the
/// highest first.
pub(crate) fn md5_of_attributes(attributes: &BTreeMap<String, Attribute>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut hash = Md5::new();
    for (name, attribute) in attributes {
        update(&mut hash, name.as_bytes());
        update(&mut hash, attribute.data_type.as_bytes());
        match &attribute.value {
            Value::StringValue(text) => {
                hash.update([1]);
                update(&mut hash, text.as_bytes());
            }
            Value::BinaryValue(bytes) => {
                hash.update([2]);
                update(&mut hash, bytes);
            }
        }
    }
    Some(format!("{:x}", hash.finalize()))
}

fn update(hash: &mut Md5, bytes: &[u8]) {
    // Messages end at 1 MiB, so a length always fits.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    hash.update(length.to_be_bytes());
    hash.update(bytes);
}

/// The deduplication id of a message whose sender gave none: the SHA-256 of its body.
pub(crate) fn deduplication_id(body: &str) -> String {
    format!("{:x}", Sha256::digest(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_digest_of_the_documentation() {
        // The example of SendMessage in the SQS API reference.
        assert_eq!(
            md5_of_body("This is a test message"),
            "fafb00f5732ab283681e124bf8747ed1"
        );
    }

    #[test]
    fn no_attributes_have_no_digest() {
        assert_eq!(md5_of_attributes(&BTreeMap::new()), None);
    }

    #[test]
    fn attributes_have_the_digest_that_sdks_compute() {
        let attribute = |data_type: &str, value| Attribute {
            data_type: data_type.to_owned(),
            value,
        };
        let attributes = BTreeMap::from([
            (
                "reason".to_owned(),
                attribute("String", Value::StringValue("refused".to_owned())),
            ),
            (
                "count".to_owned(),
                attribute("Number", Value::StringValue("3".to_owned())),
            ),
            (
                "bytes".to_owned(),
                attribute("Binary", Value::BinaryValue(vec![0, 1, 2])),
            ),
        ]);
        assert_eq!(
            md5_of_attributes(&attributes).as_deref(),
            Some("54bd47581249df2ca11d98fabbf728ed")
        );
    }
}
