use super::*;

mod echo;
mod refusals;
mod values;

/// The standard order of the protocol's scenarios.
const O1: &str = include_str!("tests/o1.json");

/// The example of the published schema: an object, with bundles that are ids and quantities only.
const PUBLISHED: &str = include_str!("tests/published.json");

fn read(body: &str) -> Placement {
    Placement::read(body.as_bytes()).unwrap_or_else(|problem| panic!("{problem}\n{body}"))
}

fn order(body: &str) -> OrderRequest {
    read(body).orders().first().unwrap().clone()
}

fn refusal(body: &str) -> String {
    match Placement::read(body.as_bytes()) {
        Ok(_) => panic!("taken: {body}"),
        Err(problem) => problem.to_string(),
    }
}

/// O1 with its one occurrence of `part` replaced.
fn o1(part: &str, by: &str) -> String {
    assert_eq!(O1.matches(part).count(), 1, "{part}");
    O1.replace(part, by)
}

/// The answer to `body`, whose orders get the ids `order-0`, `order-1`, …
fn answer(body: &str) -> String {
    answer_of(body, None)
}

/// The same of a seller who takes the payment by the gateway account `merchant`.
fn answer_of(body: &str, merchant: Option<&str>) -> String {
    let placement = read(body);
    let ids: Vec<_> = (0..placement.orders().len())
        .map(|index| OrderId::parse(format!("order-{index}")).unwrap())
        .collect();
    let answer = placement.answer(&ids, "follow@seller.example", merchant);
    String::from_utf8(answer.unwrap()).unwrap()
}

/// The least an order can be; `$items` is its list of items, `$logistics` of `logisticsInfo`.
fn least(items: &str, logistics: &str) -> String {
    format!(
        r#"{{"marketplaceOrderId":"1-01","items":{items},"clientProfileData":{{}},"shippingData":{{"address":{{}},"logisticsInfo":{logistics}}}}}"#
    )
}
