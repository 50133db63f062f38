//! The call of a marketplace's shop window, as API Gateway hands it to the function: HTTP API, payload
//! format 2.0.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use feirante_models::{Instant, SkuId};
use feirante_seller::settings::{InboundCredentials, Marketplace};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// The route, as the template has it.
const ROUTE: &str = "ANY /m/{key}/pvt/orderForms/simulation";

/// What calls itself so in the version's log.
const AGENT: &str = "feirante-check-deployment";

/// Units of each SKU that are asked for.
pub(crate) const QUANTITY: i64 = 1;

/// Who calls.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// The path's key.
    key: &'a str,
    /// The marketplace's account name.
    account: &'a str,
    /// The sales channel it asks for.
    sales_channel: &'a str,
    /// The seller's id there.
    pub(crate) seller_id: &'a str,
    /// The credentials it carries.
    inbound: Option<&'a InboundCredentials>,
}

impl<'a> Caller<'a> {
    /// Somebody whose key no seller file names.
    pub(crate) const STRANGER: Caller<'static> = Caller {
        key: "nobody",
        account: "nobody",
        sales_channel: "1",
        seller_id: "1",
        inbound: None,
    };

    /// A marketplace, for one of its sales channels.
    pub(crate) fn of(marketplace: &'a Marketplace, sales_channel: &'a str) -> Self {
        Self {
            key: marketplace.key.expose(),
            account: marketplace.account.as_str(),
            sales_channel,
            seller_id: &marketplace.seller_id,
            inbound: marketplace.inbound.as_ref().map(|inbound| &inbound.current),
        }
    }

    /// Everything that its calls may carry, so that one call tries all of it (protocol §2.1). The two
    /// headers are the form of a marketplace's key that no character of it can break.
    fn credentials(&self) -> impl Iterator<Item = (&'static str, String)> {
        let mut headers = Vec::new();
        if let Some(inbound) = self.inbound {
            if let (Some(key), Some(token)) = (&inbound.app_key, &inbound.app_token) {
                headers.push(("x-vtex-api-appkey", key.clone()));
                headers.push(("x-vtex-api-apptoken", token.expose().to_owned()));
            }
            if let (Some(user), Some(password)) = (&inbound.user, &inbound.password) {
                let pair = BASE64_STANDARD.encode(format!("{user}:{}", password.expose()));
                headers.push(("authorization", format!("Basic {pair}")));
            }
        }
        headers.into_iter()
    }
}

/// The event of a call at `at` that asks for `skus` without naming a place. `operation` is what the
/// version's log line knows the call by.
pub(crate) fn simulation<'a>(
    caller: &Caller<'_>,
    skus: impl Iterator<Item = &'a SkuId>,
    operation: &str,
    at: Instant,
) -> Value {
    let items =
        skus.map(|sku| json!({"id": sku, "quantity": QUANTITY, "seller": caller.seller_id}));
    let body = json!({"items": items.collect::<Vec<_>>()}).to_string();
    let path = format!("/m/{}/pvt/orderForms/simulation", caller.key);
    let channel = utf8_percent_encode(caller.sales_channel, NON_ALPHANUMERIC);
    let query = format!("sc={channel}&an={}", caller.account);
    let address = "127.0.0.1";
    let host = format!("{AGENT}.invalid");

    let headers = [
        ("accept", "application/json".to_owned()),
        ("content-length", body.len().to_string()),
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("host", host.clone()),
        ("user-agent", AGENT.to_owned()),
        ("x-forwarded-for", address.to_owned()),
        ("x-forwarded-port", "443".to_owned()),
        ("x-forwarded-proto", "https".to_owned()),
        ("x-vtex-operation-id", operation.to_owned()),
    ];
    let headers: BTreeMap<_, _> = headers.into_iter().chain(caller.credentials()).collect();
    json!({
        "version": "2.0",
        "routeKey": ROUTE,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "queryStringParameters": {"sc": caller.sales_channel, "an": caller.account},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": AGENT,
            "domainName": host,
            "domainPrefix": AGENT,
            "http": {
                "method": "POST",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": address,
                "userAgent": AGENT,
            },
            "requestId": operation,
            "routeKey": ROUTE,
            "stage": "$default",
            "time": at.timestamp().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": at.millis(),
        },
        "pathParameters": {"key": caller.key},
        "body": body,
        "isBase64Encoded": false,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use feirante_seller::settings::{Secret, Settings};

    use super::*;

    fn marketplace() -> Marketplace {
        let file = include_str!("../../../sandbox/fixture/seller.toml");
        Settings::parse(file).unwrap().marketplaces.remove(0)
    }

    fn event(caller: &Caller<'_>) -> Value {
        let sku = SkuId::parse("2000037").unwrap();
        let at = Instant::parse("2026-11-21T08:00:01.123Z").unwrap();
        simulation(caller, std::iter::once(&sku), "d-1", at)
    }

    /// Every field with its place; those of headers, which differ between callers, left out.
    fn fields(value: &Value, place: &str, found: &mut BTreeSet<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let place = format!("{place}/{name}");
            if place != "/headers" {
                fields(value, &place, found);
            }
            found.insert(place);
        }
    }

    #[test]
    fn the_event_has_the_fields_of_the_sample_that_the_function_really_gets() {
        let sample = include_str!("../../../events/simulate-fulfillment.json");
        let sample: Value = serde_json::from_str(sample).unwrap();
        let event = event(&Caller::of(&marketplace(), "1"));
        let [of_sample, of_event] = [&sample, &event].map(|value| {
            let mut found = BTreeSet::new();
            fields(value, "", &mut found);
            found
        });
        assert_eq!(of_event, of_sample);
        for same in [
            "version",
            "routeKey",
            "rawPath",
            "rawQueryString",
            "pathParameters",
        ] {
            assert_eq!(event[same], sample[same], "{same}");
        }
        let context = &event["requestContext"];
        assert_eq!(context["time"], "21/Nov/2026:08:00:01 +0000");
        assert_eq!(context["timeEpoch"], 1_795_248_001_123_i64);
    }

    #[test]
    fn a_marketplace_carries_whatever_it_is_known_by_and_a_stranger_nothing() {
        let mut marketplace = marketplace();
        let of = |marketplace: &Marketplace| {
            let event = event(&Caller::of(marketplace, "1"));
            let names = ["x-vtex-api-appkey", "x-vtex-api-apptoken", "authorization"];
            names.map(|name| event["headers"][name].as_str().map(str::to_owned))
        };
        let token = ["K", "T"].map(|text| Some(text.to_owned()));
        assert_eq!(of(&marketplace), [token[0].clone(), token[1].clone(), None]);

        let inbound = &mut marketplace.inbound.as_mut().unwrap().current;
        inbound.user = Some("u".to_owned());
        inbound.password = Some(Secret::new("p:w"));
        let basic = Some("Basic dTpwOnc=".to_owned());
        assert_eq!(
            of(&marketplace),
            [token[0].clone(), token[1].clone(), basic]
        );

        marketplace.inbound = None;
        assert_eq!(of(&marketplace), [None, None, None]);
    }

    #[test]
    fn a_sales_channel_is_encoded_in_the_query_alone() {
        let event = event(&Caller::of(&marketplace(), "a&b ç"));
        assert_eq!(event["rawQueryString"], "sc=a%26b%20%C3%A7&an=mkt1");
        assert_eq!(event["queryStringParameters"]["sc"], "a&b ç");
    }
}
