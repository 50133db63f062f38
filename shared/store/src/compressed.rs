//! Text stored compressed: DynamoDB charges by the kilobyte and takes 400 of them.

use std::io::{Read, Write};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// `text` as a binary attribute.
pub(crate) fn compress(text: &str) -> std::io::Result<AttributeValue> {
    zip(text).map(|zipped| AttributeValue::B(Blob::new(zipped)))
}

/// The text of a binary attribute.
pub(crate) fn decompress(value: &AttributeValue) -> Result<String, String> {
    let blob = value.as_b().map_err(|_| "is not binary".to_owned())?;
    unzip(blob.as_ref())
}

/// `text` as bytes.
pub(crate) fn zip(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// The text those bytes were made of.
pub(crate) fn unzip(zipped: &[u8]) -> Result<String, String> {
    let mut text = String::new();
    GzDecoder::new(zipped)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}
