//! A settings table that answers as told.

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

/// The table holds `settings`.
pub(crate) fn answer(settings: &Settings) -> Answer {
    let json = serde_json::to_string(settings).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, json.as_bytes()).unwrap();
    let compiled = AttributeValue::B(aws_smithy_types::Blob::new(gzip.finish().unwrap()));
    let item = GetItemOutput::builder()
        .item("version", AttributeValue::N("1".to_owned()))
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
