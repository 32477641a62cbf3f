import { readFileSync } from 'node:fs';
import { createShop } from './shop.js';

const { LOGIN_SERVER, SERVICE_ID, SERVICE_SECRET, OFFER_ID, PAYMENT_ENV = '1', PORT = '3000' } = process.env;
const { PUSH_SECRET, PUSH_SECRET_FILE, ORDERS_FILE } = process.env;

for (const [name, value] of Object.entries({ LOGIN_SERVER, SERVICE_ID, SERVICE_SECRET, OFFER_ID })) {
  if (!value) {
    console.error(`${name} is missing: see README.md`);
    process.exit(1);
  }
}

const shop = createShop({
  yaoshi: LOGIN_SERVER,
  id: SERVICE_ID,
  secret: SERVICE_SECRET,
  offerId: OFFER_ID,
  env: PAYMENT_ENV === '0' ? 0 : 1,
  pushSecret: PUSH_SECRET_FILE ? readFileSync(PUSH_SECRET_FILE, 'utf8').trim() : PUSH_SECRET || undefined,
  ordersFile: ORDERS_FILE,
});
shop.listen(Number(PORT), () => console.log(`The shop sells at http://127.0.0.1:${shop.address().port}`));
