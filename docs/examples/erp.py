#!/usr/bin/env python3
"""A very small ERP on Feirante's queues.

    pip install boto3
    python erp.py --ready ready.json     # the sandbox: cargo run -- sandbox --ready ready.json
    python erp.py --stack feirante       # a deployed stack, with the usual AWS profile and region

It offers one SKU, invoices each paid order in full, ships it and has it delivered; to a cancellation
it agrees while the order is not packed. Try it with a test account: it does so with every order.
"""

import argparse
import json
import pathlib
import time

import boto3

QUEUES = {
    "offers": "erp-offers",
    "invoices": "erp-invoices",
    "tracking": "erp-tracking",
    "cancellations": "erp-cancellations",
    "orders": "erp-orders.fifo",
}

# How things are. An absolute message may be sent again and again.
OFFERS = [
    {
        "type": "sku", "sku": "example-mug", "active": True, "name": "Blue mug",
        "weightGrams": 350, "dimensionsCm": {"height": 10, "width": 9, "length": 12},
        # What a suggestion needs, where the marketplace does not know the SKU.
        "catalog": {
            "productId": "example-mugs", "productName": "Mug", "description": "A mug of stoneware",
            "brand": "Feira", "category": "Casa/Cozinha", "refId": "MUG-BLUE",
            "images": [{"name": "Front", "url": "https://images.example/mug.jpg"}],
        },
    },
    {"type": "price", "sku": "example-mug", "price": 2990, "listPrice": 3490},  # cents
    {"type": "stock", "sku": "example-mug", "warehouse": "main", "onHand": 20},
]


class Erp:
    def __init__(self, args):
        self.pack_after, self.refuses = args.pack_after, args.refuse
        self.sqs, self.urls = connect(args)
        self.file = pathlib.Path(args.state)
        # An ERP has a database. What matters: it is written before a message is deleted.
        self.state = {"events": [], "orders": {}}
        if self.file.exists():
            self.state = json.loads(self.file.read_text(encoding="utf-8"))

    def send(self, queue, message):
        self.sqs.send_message(QueueUrl=self.urls[queue], MessageBody=json.dumps(message))

    def save(self):
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.state), encoding="utf-8")
        new.replace(self.file)

    def turn(self):
        """Receives what there is, waiting for it a little, and packs what is due."""
        answer = self.sqs.receive_message(
            QueueUrl=self.urls["orders"], MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        # An order's events come in order, so they are handled in order. What fails is not deleted
        # and comes again after five minutes, and the order's later events only after it.
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            if event["id"] not in self.state["events"]:  # it may come twice
                print(event["type"], event["subject"], flush=True)
                self.handle(event["type"], event["time"], event["data"])
                self.state["events"].append(event["id"])
                self.save()
            self.sqs.delete_message(
                QueueUrl=self.urls["orders"], ReceiptHandle=message["ReceiptHandle"]
            )
        for order_id, order in self.state["orders"].items():
            if order["status"] == "paid" and time.time() >= order["packAt"]:
                self.pack(order_id, order)

    def handle(self, kind, at, data):
        orders = self.state["orders"]
        if kind in ("order.placed", "order.needsReview"):
            orders[data["orderId"]] = {
                "status": "held" if kind == "order.needsReview" else "placed",
                "invoiceNumber": f"NF-{len(orders) + 1:06}",
                **invoiced(data["order"]),
            }
            return
        order = orders.get(data["orderId"])
        if order is None:
            print("  placed before this ERP was there: left to people", flush=True)
        elif may_ship(kind, data):
            order.update(status="paid", paidAt=at, packAt=time.time() + self.pack_after)
        elif kind == "order.cancellationRequested":
            self.answer_cancellation(data["orderId"], order)
        elif kind == "order.invoiced":
            self.deliver(data["orderId"], order, at)
        elif kind == "order.canceled":
            order["status"] = "canceled"
        elif kind == "delivery.failed":
            failure = data["failure"]
            print(f"  {failure['kind']}: {failure['status']} {failure['detail']}", flush=True)

    def pack(self, order_id, order):
        """The invoice, and the tracking number, which may come first: it waits for the invoice."""
        self.send("invoices", {
            "orderId": order_id,
            "type": "Output",
            "invoiceNumber": order["invoiceNumber"],
            # The same each time it is sent: another date would be another invoice.
            "issuanceDate": order["paidAt"],
            "invoiceValue": order["total"],
            "items": order["items"],
        })
        self.send("tracking", {
            "orderId": order_id,
            "invoiceNumber": order["invoiceNumber"],
            "courier": "Correios",
            "trackingNumber": f"BR{order['invoiceNumber'][3:]}",
            "trackingUrl": f"https://tracking.example/BR{order['invoiceNumber'][3:]}",
        })
        order["status"] = "packed"
        self.save()

    def answer_cancellation(self, order_id, order):
        if order["status"] != "packed" and not self.refuses:
            self.send("cancellations", {"orderId": order_id, "action": "confirm"})
            order["status"] = "canceling"
            return
        refusal = {"orderId": order_id, "action": "refuse", "reason": "Already packed"}
        self.send("cancellations", refusal)
        if order["status"] == "paid":
            self.pack(order_id, order)  # the invoice is what tells the marketplace

    def deliver(self, order_id, order, at):
        self.send("tracking", {
            "orderId": order_id,
            "invoiceNumber": order["invoiceNumber"],
            "isDelivered": True,
            "deliveredDate": at,
            "events": [{"city": "Rio", "state": "RJ", "description": "Delivered", "date": at}],
        })


def may_ship(kind, data):
    """Whether the order is paid and nobody has to accept its price any more: said once, by one of two."""
    if kind == "order.authorized":
        return not data.get("held")
    return kind == "order.released" and data.get("authorized", False)


def invoiced(order):
    """What a full invoice is over: goods, shipping and bundles, to the cent."""
    items, bundles = order["items"], [b for i in order["items"] for b in i.get("bundleItems") or []]
    goods = sum(int(item["price"]) * int(item["quantity"]) for item in items)
    logistics = order["shippingData"].get("logisticsInfo") or []
    shipping = sum(int(line.get("price") or 0) for line in logistics)
    extras = sum(int(one.get("price") or 0) * int(one.get("quantity") or 1) for one in bundles)
    lines = [
        {"id": str(i["id"]), "quantity": int(i["quantity"]), "price": int(i["price"])} for i in items
    ]
    return {"total": goods + shipping + extras, "items": lines}


def connect(args):
    """A client, and the queues' URLs: the sandbox writes them down, a stack has them by name."""
    if args.ready:
        ready = json.loads(pathlib.Path(args.ready).read_text(encoding="utf-8"))
        sqs = boto3.client(
            "sqs", endpoint_url=args.endpoint_url or ready["sqs"], region_name=ready["region"],
            aws_access_key_id="sandbox", aws_secret_access_key="sandbox",
        )
        return sqs, {queue: ready["queues"][queue] for queue in QUEUES}
    sqs = boto3.client("sqs", endpoint_url=args.endpoint_url)
    name = f"{args.stack}-{{}}".format
    urls = {q: sqs.get_queue_url(QueueName=name(n))["QueueUrl"] for q, n in QUEUES.items()}
    return sqs, urls


def main():
    parser = argparse.ArgumentParser(description="A very small ERP on Feirante's queues.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--ready", metavar="FILE", help="the sandbox's ready file")
    where.add_argument("--stack", metavar="NAME", help="a deployed stack")
    parser.add_argument("--endpoint-url", metavar="URL", help="another SQS than the usual one")
    parser.add_argument("--state", metavar="FILE", default="erp-state.json", help="what it remembers")
    parser.add_argument("--seconds", type=float, help="ends after so long")
    parser.add_argument("--pack-after", type=float, default=5, metavar="SECONDS")
    parser.add_argument("--refuse", action="store_true", help="agrees to no cancellation")
    args = parser.parse_args()
    erp = Erp(args)
    for offer in OFFERS:
        erp.send("offers", offer)
    ends = time.monotonic() + args.seconds if args.seconds else float("inf")
    while time.monotonic() < ends:
        erp.turn()


if __name__ == "__main__":
    main()
