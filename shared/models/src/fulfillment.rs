//! Authorization of fulfillment (R4, protocol §3.3): the request.

use crate::MarketplaceOrderId;
use crate::object::Object;
use crate::problem::Problem;
use crate::read::{self, Top};

/// The payment of an order was approved: it may be shipped.
///
/// The published schema lists cancellation fields here too; they mean nothing in this call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The order, in the marketplace's words; it must be the one the path names.
    pub marketplace_order_id: MarketplaceOrderId,
    /// The marketplace's order group, where it sends one.
    pub order_group: Option<String>,
    /// How it was paid, to the letter: a JSON object that is passed on and never looked into, since
    /// what is in it depends on who handled the payment. Personal.
    pub payment_data: Option<String>,
}

impl Authorization {
    /// Reads an authorization.
    ///
    /// # Errors
    /// ES001, or ES002 with the JSON pointer of what is wrong.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let body = Object::read(read::json_text(body, Top::Object)?, String::new())?;
        Ok(Self {
            marketplace_order_id: MarketplaceOrderId::parse(body.id("marketplaceOrderId")?)
                .map_err(|why| body.refuse("marketplaceOrderId", why))?,
            order_group: body.optional_id("marketplaceOrderGroup")?,
            // No payment is refused for how it is told.
            payment_data: body
                .get("paymentData")
                .filter(|json| json.starts_with('{'))
                .map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Authorization {
        Authorization::read(body.as_bytes()).unwrap()
    }

    #[test]
    fn cancellation_fields_are_let_be() {
        let body = r#"{"marketplaceOrderId":"1-01","cancellationRequestId":"c","reason":5}"#;
        let authorization = read(body);
        assert_eq!(authorization.marketplace_order_id.as_str(), "1-01");
        assert_eq!(authorization.order_group, None);
        assert_eq!(authorization.payment_data, None);
    }

    #[test]
    fn payment_data_are_kept_to_the_letter() {
        let data = r#"{ "payments":[{"value":7590.0,"nsu":12345678901234567890}],
            "connectorResponses":{"Message":"a","message":"b"} }"#;
        let body = format!(r#"{{"marketplaceOrderId":"1-01","paymentData": {data} }}"#);
        assert_eq!(read(&body).payment_data.as_deref(), Some(data));
    }

    #[test]
    fn payment_data_that_are_none_are_no_reason_to_refuse() {
        for none in ["null", "[]", "5", "\"card\""] {
            let body = format!(r#"{{"marketplaceOrderId":"1-01","paymentData":{none}}}"#);
            assert_eq!(read(&body).payment_data, None, "{none}");
        }
    }

    #[test]
    fn the_order_must_be_named() {
        for body in [
            "{}",
            r#"{"marketplaceOrderId":null}"#,
            r#"{"marketplaceOrderId":" "}"#,
        ] {
            let problem = Authorization::read(body.as_bytes()).unwrap_err();
            assert!(
                problem
                    .to_string()
                    .starts_with("ES002: /marketplaceOrderId"),
                "{problem}"
            );
        }
    }
}
