-- Wallet `pair` is account `2 * pair`, its payee the next. Room in the pages lets balances change in place.
CREATE TABLE accounts (
    id int PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.2);

-- A transfer is its two rows of history at once: found by either account.
CREATE TABLE transfers (
    id uuid PRIMARY KEY,
    amount bigint NOT NULL,
    debit int NOT NULL,
    credit int NOT NULL
);
CREATE INDEX transfers_debit ON transfers (debit);
CREATE INDEX transfers_credit ON transfers (credit);

-- One transfer, exactly: 0 done, 1 again, 2 reused, 3 too little.
CREATE FUNCTION pay_one(an_id uuid, a_debit int, a_credit int, an_amount bigint) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE
    known transfers;
BEGIN
    INSERT INTO transfers (id, amount, debit, credit) VALUES (an_id, an_amount, a_debit, a_credit) ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO known FROM transfers WHERE id = an_id;
        RETURN CASE WHEN (known.amount, known.debit, known.credit) = (an_amount, a_debit, a_credit) THEN 1 ELSE 2 END;
    END IF;
    UPDATE accounts SET balance = balance - an_amount WHERE id = a_debit AND balance >= an_amount;
    IF NOT FOUND THEN
        DELETE FROM transfers WHERE id = an_id;
        RETURN 3;
    END IF;
    UPDATE accounts SET balance = balance + an_amount WHERE id = a_credit;
    RETURN 0;
END $$;

-- A batch as a set: all rows at once, each account once. Where an id is known or an account might have too little at any
-- moment, the set is undone and the batch is done one by one, in its order. NULL says that all were done.
CREATE FUNCTION pay(ids uuid[], debits int[], credits int[], amounts bigint[]) RETURNS smallint[] LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    moved bigint;
    said smallint[];
BEGIN
    BEGIN
        -- In the order of the accounts, which is that of two of the three indexes.
        INSERT INTO transfers (id, amount, debit, credit)
            SELECT id, amount, debit, credit FROM unnest(ids, amounts, debits, credits) AS t(id, amount, debit, credit) ORDER BY debit;
        WITH moves AS MATERIALIZED (
            SELECT account, sum(taken)::bigint AS taken, sum(change)::bigint AS change FROM (
                SELECT debit AS account, amount AS taken, -amount AS change FROM unnest(debits, amounts) AS d(debit, amount)
                UNION ALL
                SELECT credit, 0, amount FROM unnest(credits, amounts) AS c(credit, amount)
            ) AS legs GROUP BY account ORDER BY account
        ), done AS (
            UPDATE accounts SET balance = balance + change FROM moves WHERE id = account AND balance >= taken RETURNING 1
        )
        SELECT (SELECT count(*) FROM moves), (SELECT count(*) FROM done) INTO wanted, moved;
        IF moved < wanted THEN
            RAISE EXCEPTION USING ERRCODE = 'ZZ001';
        END IF;
        RETURN NULL;
    EXCEPTION WHEN unique_violation OR SQLSTATE 'ZZ001' THEN
        NULL;
    END;
    FOR i IN 1 .. cardinality(ids) LOOP
        said[i] := pay_one(ids[i], debits[i], credits[i], amounts[i]);
    END LOOP;
    RETURN said;
END $$;
