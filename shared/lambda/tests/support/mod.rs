//! A settings table that answers as told.

use std::sync::atomic::{AtomicI64, Ordering};

use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use feirante_seller::settings::Settings;

pub(crate) type Rule = aws_smithy_mocks::Rule;

/// One answer of the table.
pub(crate) enum Answer {
    Item(Box<GetItemOutput>),
    Failure,
}

/// The fixture's seller under another name.
pub(crate) fn seller_file(name: &str) -> Settings {
    let file = include_str!("../../../../sandbox/fixture/seller.toml");
    let mut settings = Settings::parse(file).unwrap();
    settings.seller.name = name.to_owned();
    settings
}

/// The table holds `settings`, as an edition of its own.
pub(crate) fn answer(settings: &Settings) -> Answer {
    static VERSION: AtomicI64 = AtomicI64::new(1);
    let version = VERSION.fetch_add(1, Ordering::Relaxed);
    let json = serde_json::to_string(settings).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, json.as_bytes()).unwrap();
    let compiled = AttributeValue::B(aws_smithy_types::Blob::new(gzip.finish().unwrap()));
    let item = GetItemOutput::builder()
        .item("version", AttributeValue::N(version.to_string()))
        .item("compiled", compiled)
        .build();
    Answer::Item(Box::new(item))
}

/// The table does not answer well.
pub(crate) fn failure() -> Answer {
    Answer::Failure
}

/// A client whose table gives `answers` one after the other.
pub(crate) fn client(answers: Vec<Answer>) -> (aws_sdk_dynamodb::Client, Rule) {
    let mut sequence = mock!(aws_sdk_dynamodb::Client::get_item).sequence();
    for answer in answers {
        sequence = match answer {
            Answer::Item(item) => sequence.output(move || (*item).clone()),
            Answer::Failure => sequence.error(|| GetItemError::unhandled("secret of the house")),
        };
    }
    let rule = sequence.build();
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&rule]);
    (client, rule)
}
