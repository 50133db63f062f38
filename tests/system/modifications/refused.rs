//! What is refused, and by which code.

use super::*;
use crate::harness::bodies::naming;
use crate::outward::invoice;

#[tokio::test(flavor = "multi_thread")]
async fn where_modifications_are_off_there_is_no_such_route() {
    let system = System::start().await;
    let id = paid(&system, "1-01").await;
    // MOD-01
    for (verb, path) in [
        ("PATCH", "changes"),
        ("GET", "changes"),
        ("POST", "changes/preview"),
        ("POST", "changes/c-1/cancel"),
        ("POST", "changes/c-1/send-agreement"),
    ] {
        for base in ["/pvt", "/order-system", "/api/order-system"] {
            let request = system
                .marketplace
                .request(verb, &format!("{base}/orders/{id}/{path}"));
            let body = less(1).to_string();
            let reply = system.marketplace.send(request.body(body)).await;
            let answer = (reply.status, reply.code());
            assert_eq!(answer, (404, "ES009".to_owned()), "{verb} {base} {path}");
        }
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_prefix_leads_there_and_either_id_names_the_order() {
    let system = silent(modifiable(Setup::new())).start().await;
    let id = paid(&system, "1-01").await;
    let mut body = less(1);
    body["reason"] = json!("One less");
    for base in ["k9", "k9/api"] {
        let api = crate::harness::Marketplace::new(&system.ready().api, base);
        for prefix in ["/pvt", "/order-system", "/api/order-system"] {
            for named in [id.as_str(), "1-01"] {
                let path = format!("{prefix}/orders/{named}/changes/preview");
                let reply = api.post(&path, &body).await;
                assert_eq!(reply.status, 200, "{base}{path}: {reply:?}");
                assert_eq!(reply.json()["totalChangeValue"], -7390);
            }
            let path = format!("{prefix}/orders/{id}/changes");
            let reply = api.post(&path, &body).await;
            assert_eq!((reply.status, reply.code().as_str()), (405, "ES010"));
            assert_eq!(reply.headers["allow"], "PATCH");
        }
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_twice_is_one_and_another_waits() {
    let system = silent(modifiable(Setup::new())).start().await;
    let id = paid(&system, "1-01").await;
    let first = ask(&system, &id, "c-1", less(1)).await;
    assert_eq!(first.status, 202);
    let answer = first.json();
    assert_eq!(answer["requestId"], "c-1");
    assert_eq!(answer["reason"], "Another size");
    assert_eq!(answer["remove"], less(1)["remove"]);
    assert_eq!(answer["totalChangeValue"], -7390);
    let again = ask(&system, &id, "c-1", less(1)).await;
    assert_eq!((again.status, again.body), (202, first.body));
    let refusal = async |name, change| {
        let reply = ask(&system, &id, name, change).await;
        (reply.status, reply.code())
    };
    let refused = |status, code: &str| (status, code.to_owned());
    assert_eq!(
        refusal("c-1", json!({"manualDiscountValue": 1})).await,
        refused(409, "ES012")
    );
    assert_eq!(
        refusal("c-2", less(1)).await,
        refused(409, "SalesOrderSystem014")
    );
    assert_eq!(take_back(&system, &id, "c-1").await.status, 200);
    assert_eq!(take_back(&system, &id, "c-1").await.status, 200);
    assert_eq!(
        refusal("c-2", less(3)).await,
        refused(409, "SalesOrderSystem011")
    );
    assert_eq!(
        refusal("c-2", more("5837", 1, 1500)).await,
        refused(409, "ES014")
    );
    assert_eq!(ask(&system, &id, "c-2", less(1)).await.status, 202);
    // Nothing of the stock has moved.
    assert_eq!(system.stock("2000037").await.reserved, 2);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_before_the_acknowledgment_is_too_early() {
    let system = silent(modifiable(Setup::new())).start().await;
    let id = paid(&system, "1-01").await;
    let refusal = async |name: &str, kind: &str| {
        let reply = agree(&system, &id, name, kind).await;
        (reply.status, reply.code())
    };
    let refused = |status, code: &str| (status, code.to_owned());
    assert_eq!(refusal("c-1", "Confirmation").await, refused(404, "ES009"));
    assert_eq!(ask(&system, &id, "c-1", less(1)).await.status, 202);
    let noted = agree(&system, &id, "c-1", "Acknowledgment").await;
    assert_eq!(noted.status, 200);
    let expected = json!({
        "orderId": id, "changeRequestId": "c-1", "agreementType": "Acknowledgment",
    });
    assert_eq!(noted.json(), expected);
    assert_eq!(refusal("c-1", "Confirmation").await, refused(409, "ES018"));
    assert_eq!(
        refusal("c-1", "confirmation").await,
        refused(400, "SalesOrderSystem035")
    );
    assert_eq!(system.stock("2000037").await.reserved, 2);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_being_prepared_is_not_modified() {
    let market = Scripted::start().await;
    let system = facing(&market, crate::outward::QUICK).start().await;
    let code = async |order: &str| ask(&system, order, "c-1", less(1)).await.code();
    let unpaid = place(&system, order("1-01", &[("2000037", 2, 7390)])).await;
    assert_eq!(code(&unpaid).await, "ES018");
    let canceled = place(&system, order("2-01", &[("2000037", 2, 7390)])).await;
    let reply = system.marketplace.cancel(&canceled, &naming("2-01")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(code(&canceled).await, "SalesOrderSystem008");
    let asked = paid(&system, "3-01").await;
    system.marketplace.cancel(&asked, &naming("3-01")).await;
    assert_eq!(code(&asked).await, "ES018");
    let invoiced = paid(&system, "4-01").await;
    let part = invoice(&invoiced, "NFe-1", 7390, &[("2000037", 1, 7390)]);
    system.erp.send("invoices", part).await;
    system.erp.settled("invoices").await;
    assert_eq!(code(&invoiced).await, "SalesOrderSystem046");
    assert_eq!(code("mkt1-unknown").await, "ES009");
    assert_eq!(market.heard("send-agreement").len(), 0);
    system.stop().await;
}
