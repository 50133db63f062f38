//! Text stored compressed: DynamoDB charges by the kilobyte and takes 400 of them.

use std::io::{Read, Write};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// `text` as a binary attribute.
pub(crate) fn compress(text: &str) -> std::io::Result<AttributeValue> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    Ok(AttributeValue::B(Blob::new(encoder.finish()?)))
}

/// The text of a binary attribute.
pub(crate) fn decompress(value: &AttributeValue) -> Result<String, String> {
    let blob = value.as_b().map_err(|_| "is not binary".to_owned())?;
    let mut text = String::new();
    GzDecoder::new(blob.as_ref())
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}
