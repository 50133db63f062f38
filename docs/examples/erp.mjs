#!/usr/bin/env node
// A very small ERP on Feirante's queues.
//
//     npm install @aws-sdk/client-sqs
//     node erp.mjs --ready ready.json     # the sandbox: cargo run -- sandbox --ready ready.json
//     node erp.mjs --stack feirante       # a deployed stack, with the usual AWS profile and region
//
// It offers one SKU, invoices each paid order in full, ships it and has it delivered; to a
// cancellation it agrees while the order is not packed. Try it with a test account: it does so with
// every order.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const { values: args } = parseArgs({
  options: {
    ready: { type: "string" }, // the sandbox's ready file
    stack: { type: "string" }, // or the name of a deployed stack
    "endpoint-url": { type: "string" }, // another SQS than the usual one
    state: { type: "string", default: "erp-state.json" }, // what it remembers
    seconds: { type: "string" }, // ends after so long
    "pack-after": { type: "string", default: "5" }, // seconds between payment and invoice
    refuse: { type: "boolean", default: false }, // agrees to no cancellation
  },
});
if (!args.ready === !args.stack) {
  console.error("name a sandbox with --ready FILE or a deployed stack with --stack NAME");
  process.exit(2);
}

const QUEUES = {
  offers: "erp-offers",
  invoices: "erp-invoices",
  tracking: "erp-tracking",
  cancellations: "erp-cancellations",
  orders: "erp-orders.fifo",
};

// How things are. An absolute message may be sent again and again.
const OFFERS = [
  {
    type: "sku", sku: "example-mug", active: true, name: "Blue mug",
    weightGrams: 350, dimensionsCm: { height: 10, width: 9, length: 12 },
    // What a suggestion needs, where the marketplace does not know the SKU.
    catalog: {
      productId: "example-mugs", productName: "Mug", description: "A mug of stoneware",
      brand: "Feira", category: "Casa/Cozinha", refId: "MUG-BLUE",
      images: [{ name: "Front", url: "https://images.example/mug.jpg" }],
    },
  },
  { type: "price", sku: "example-mug", price: 2990, listPrice: 3490 }, // cents
  { type: "stock", sku: "example-mug", warehouse: "main", onHand: 20 },
];

/** A client, and the queues' URLs: the sandbox writes them down, a stack has them by name. */
async function connect() {
  const endpoint = args["endpoint-url"];
  if (args.ready) {
    const ready = JSON.parse(readFileSync(args.ready, "utf8"));
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    const config = { endpoint: endpoint ?? ready.sqs, region: ready.region, credentials };
    return { sqs: new SQSClient(config), urls: ready.queues };
  }
  const sqs = new SQSClient(endpoint ? { endpoint } : {});
  const urls = {};
  for (const [queue, name] of Object.entries(QUEUES)) {
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: `${args.stack}-${name}` }));
    urls[queue] = found.QueueUrl;
  }
  return { sqs, urls };
}

const { sqs, urls } = await connect();

// An ERP has a database. What matters: it is written before a message is deleted.
const state = existsSync(args.state)
  ? JSON.parse(readFileSync(args.state, "utf8"))
  : { events: [], orders: {} };

function save() {
  writeFileSync(`${args.state}.new`, JSON.stringify(state));
  renameSync(`${args.state}.new`, args.state);
}

function send(queue, message) {
  const body = JSON.stringify(message);
  return sqs.send(new SendMessageCommand({ QueueUrl: urls[queue], MessageBody: body }));
}

/** What a full invoice is over: goods, shipping and bundles, to the cent. */
function invoiced(order) {
  const sum = (list, of) => (list ?? []).reduce((total, one) => total + of(one), 0);
  const bundles = (item) => sum(item.bundleItems, (one) => (one.price ?? 0) * (one.quantity ?? 1));
  const total =
    sum(order.items, (item) => item.price * item.quantity + bundles(item)) +
    sum(order.shippingData.logisticsInfo, (line) => line.price ?? 0);
  const line = ({ id, quantity, price }) => ({ id: String(id), quantity, price });
  return { total, items: order.items.map(line) };
}

/** The invoice, and the tracking number, which may come first: it waits for the invoice. */
async function pack(orderId, order) {
  const { invoiceNumber } = order;
  await send("invoices", {
    orderId,
    type: "Output",
    invoiceNumber,
    // The same each time it is sent: another date would be another invoice.
    issuanceDate: order.paidAt,
    invoiceValue: order.total,
    items: order.items,
  });
  const trackingNumber = `BR${invoiceNumber.slice(3)}`;
  const trackingUrl = `https://tracking.example/${trackingNumber}`;
  await send("tracking", { orderId, invoiceNumber, courier: "Correios", trackingNumber, trackingUrl });
  order.status = "packed";
  save();
}

async function answerCancellation(orderId, order) {
  if (order.status !== "packed" && !args.refuse) {
    await send("cancellations", { orderId, action: "confirm" });
    order.status = "canceling";
    return;
  }
  await send("cancellations", { orderId, action: "refuse", reason: "Already packed" });
  if (order.status === "paid") await pack(orderId, order); // the invoice tells the marketplace
}

/** Whether the order is paid and nobody has to accept its price any more: said once, by one of two. */
function mayShip(type, { held, authorized }) {
  return type === "order.authorized" ? !held : type === "order.released" && authorized === true;
}

async function handle({ type, time, data }) {
  const { orderId } = data;
  if (type === "order.placed" || type === "order.needsReview") {
    const count = Object.keys(state.orders).length + 1;
    const invoiceNumber = `NF-${String(count).padStart(6, "0")}`;
    const status = type === "order.needsReview" ? "held" : "placed";
    state.orders[orderId] = { status, invoiceNumber, ...invoiced(data.order) };
    return;
  }
  const order = state.orders[orderId];
  if (!order) {
    console.log("  placed before this ERP was there: left to people");
  } else if (mayShip(type, data)) {
    const packAt = Date.now() + Number(args["pack-after"]) * 1000;
    Object.assign(order, { status: "paid", paidAt: time, packAt });
  } else if (type === "order.cancellationRequested") {
    await answerCancellation(orderId, order);
  } else if (type === "order.invoiced") {
    const arrived = { city: "Rio", state: "RJ", description: "Delivered", date: time };
    const { invoiceNumber } = order;
    const message = { orderId, invoiceNumber, isDelivered: true, deliveredDate: time };
    await send("tracking", { ...message, events: [arrived] });
  } else if (type === "order.canceled") {
    order.status = "canceled";
  } else if (type === "delivery.failed") {
    const { kind, status, detail } = data.failure;
    console.log(`  ${kind}: ${status} ${detail}`);
  }
}

/** Receives what there is, waiting for it a little, and packs what is due. */
async function turn() {
  const QueueUrl = urls.orders;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  // An order's events come in order, so they are handled in order. What fails is not deleted and
  // comes again after five minutes, and the order's later events only after it.
  for (const { Body, ReceiptHandle } of Messages) {
    const event = JSON.parse(Body);
    if (!state.events.includes(event.id)) { // it may come twice
      console.log(event.type, event.subject);
      await handle(event);
      state.events.push(event.id);
      save();
    }
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  for (const [orderId, order] of Object.entries(state.orders)) {
    if (order.status === "paid" && Date.now() >= order.packAt) await pack(orderId, order);
  }
}

for (const offer of OFFERS) await send("offers", offer);
const ends = args.seconds ? Date.now() + Number(args.seconds) * 1000 : Infinity;
while (Date.now() < ends) await turn();
