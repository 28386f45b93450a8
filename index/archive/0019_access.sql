-- How a key's secret is hashed: scrypt, or since then HMAC-SHA256, which a random secret of 256 bits
-- does not make any weaker. A key changes from the one to the other when it is next used.
ALTER TABLE api_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'scrypt' CHECK (kind IN ('scrypt', 'sha256'));

-- The id of the key that saved an alert; NULL: nobody's, made on this machine or without keys.
ALTER TABLE alerts ADD COLUMN owner TEXT;
