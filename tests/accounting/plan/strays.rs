//! Messages about nothing: orders there are none of, and what nobody can read.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;

use super::Plan;
use super::message::{Message, Queue, When, copies, times};

/// Plans `count` of them.
pub(super) fn add(plan: &mut Plan, count: usize, chance: &mut StdRng) {
    for index in 0..count {
        let id = plan.messages.len();
        let queue = Queue::ALL[index % Queue::ALL.len()];
        let unread = queue == Queue::Offers || chance.random_bool(0.5);
        let (kind, status, copies) = if unread {
            let text = garbage(index, id);
            ("garbage", 400, vec![text; times(chance)])
        } else {
            let message = unknown(queue, index);
            ("unknown order", 404, copies(id, message, chance))
        };
        plan.refused.insert(id, status);
        plan.messages.push(Message {
            queue,
            kind,
            when: When::Whenever,
            order: None,
            copies,
        });
    }
}

fn garbage(index: usize, id: usize) -> String {
    match index % 5 {
        0 => format!("m{id}, not JSON"),
        1 => format!(r#"{{"ref":"m{id}","type":"Output""#),
        2 => format!(r#"["m{id}"]"#),
        3 => format!(r#"{{"ref":"m{id}"}}"#),
        _ => format!(r#"{{"ref":"m{id}","orderId":"a/b","sku":7,"action":"dance","type":"x"}}"#),
    }
}

fn unknown(queue: Queue, index: usize) -> serde_json::Value {
    let order = format!("mkt1-77{index:07}-01");
    match queue {
        Queue::Invoices => json!({
            "orderId": order, "type": "Output", "invoiceNumber": "NFe-1", "invoiceValue": 100,
            "items": [{"id": "CAM-01", "quantity": 1, "price": 100}],
        }),
        Queue::Tracking => json!({
            "orderId": order, "invoiceNumber": "NFe-1", "trackingNumber": "SR1", "courier": "C",
        }),
        _ => json!({"orderId": order, "action": "cancel", "reason": "No such order"}),
    }
}
