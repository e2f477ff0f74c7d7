CREATE TABLE "model_values" (
	"market" text PRIMARY KEY NOT NULL,
	"side" text NOT NULL,
	"model_probability" numeric(20, 6) NOT NULL,
	"model_at" timestamp(3) with time zone NOT NULL,
	"confidence" text,
	"method" text,
	"source" text NOT NULL,
	CONSTRAINT "model_values_no_nan" CHECK ('NaN'::numeric <> all (array["model_probability"]::numeric[]))
);
--> statement-breakpoint
ALTER TABLE "account_days" DROP CONSTRAINT "account_days_no_nan";--> statement-breakpoint
ALTER TABLE "positions" DROP CONSTRAINT "positions_no_nan";--> statement-breakpoint
ALTER TABLE "edges" ALTER COLUMN "edge_id" SET DEFAULT substr(md5(random()::text), 1, 10);--> statement-breakpoint
ALTER TABLE "edges" ALTER COLUMN "confidence" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "edges" ALTER COLUMN "method" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "edges" ALTER COLUMN "status" SET DEFAULT 'new';--> statement-breakpoint
ALTER TABLE "edges" ALTER COLUMN "verdicts" SET DEFAULT '[]';--> statement-breakpoint
ALTER TABLE "edges" ALTER COLUMN "detected_at" SET DEFAULT clock_timestamp();--> statement-breakpoint
ALTER TABLE "fills" ALTER COLUMN "exit_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "account_days" ADD COLUMN "pnl" numeric(20, 6) NOT NULL;--> statement-breakpoint
ALTER TABLE "account_days" ADD COLUMN "unrealized_change" numeric(20, 6) NOT NULL;--> statement-breakpoint
ALTER TABLE "account_days" ADD COLUMN "baselines" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "account_days" ADD COLUMN "calls" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "edges" ADD COLUMN "model_at" timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL;--> statement-breakpoint
ALTER TABLE "edges" ADD COLUMN "source" text DEFAULT 'table' NOT NULL;--> statement-breakpoint
ALTER TABLE "edges" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "edges" ADD COLUMN "work" jsonb;--> statement-breakpoint
ALTER TABLE "edges" ADD COLUMN "replaces" text;--> statement-breakpoint
ALTER TABLE "entry_attempts" ADD COLUMN "time_in_force" text NOT NULL;--> statement-breakpoint
ALTER TABLE "entry_attempts" ADD COLUMN "filled_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "entry_attempts" ADD COLUMN "cancelled_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "fills" ADD COLUMN "action" text DEFAULT 'sell' NOT NULL;--> statement-breakpoint
ALTER TABLE "fills" ADD COLUMN "edge_id" text;--> statement-breakpoint
ALTER TABLE "leases" ADD COLUMN "last_epoch" bigint;--> statement-breakpoint
ALTER TABLE "leases" ADD COLUMN "last_sequence" bigint;--> statement-breakpoint
ALTER TABLE "position_exits" ADD COLUMN "walks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "positions" ADD COLUMN "entry_fees" numeric(20, 6) DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "paper_world" ADD COLUMN "cash" numeric(20, 6);--> statement-breakpoint
CREATE INDEX "edges_detected" ON "edges" USING btree ("detected_at");--> statement-breakpoint
CREATE INDEX "entry_attempts_placed" ON "entry_attempts" USING btree ("placed_at");--> statement-breakpoint
CREATE INDEX "fills_edge" ON "fills" USING btree ("edge_id") WHERE edge_id is not null;--> statement-breakpoint
CREATE INDEX "fills_time" ON "fills" USING btree ("filled_at");--> statement-breakpoint
CREATE INDEX "position_exits_ended" ON "position_exits" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "positions_closed" ON "positions" USING btree ("closed_at") WHERE closed;--> statement-breakpoint
ALTER TABLE "account_days" DROP COLUMN "unrealized_at_start";--> statement-breakpoint
ALTER TABLE "account_days" DROP COLUMN "balance_at_start";--> statement-breakpoint
ALTER TABLE "account_days" DROP COLUMN "data";--> statement-breakpoint
ALTER TABLE "entry_attempts" DROP COLUMN "position_id";--> statement-breakpoint
ALTER TABLE "account_days" ADD CONSTRAINT "account_days_no_nan" CHECK ('NaN'::numeric <> all (array["pnl", "realized", "unrealized_change"]::numeric[]));--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_probability" CHECK (abs("edges"."model_probability") <= 1000000);--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_id" CHECK ("edges"."edge_id" ~ '^[A-Za-z0-9_-]{1,20}$');--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_side" CHECK ("edges"."side" in ('yes', 'no'));--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_confidence" CHECK ("edges"."confidence" in ('high', 'medium', 'low'));--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_status_word" CHECK ("edges"."status" in ('new', 'noted', 'skipped', 'refused', 'working', 'filled', 'expired', 'rejected'));--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_verdicts" CHECK (jsonb_typeof("edges"."verdicts") = 'array');--> statement-breakpoint
ALTER TABLE "edges" ADD CONSTRAINT "edges_times" CHECK ("model_at" between '1970-01-01 00:00:00+00'::timestamptz and '9999-12-31 00:00:00+00'::timestamptz and "detected_at" between '1970-01-01 00:00:00+00'::timestamptz and '9999-12-31 00:00:00+00'::timestamptz and "decided_at" between '1970-01-01 00:00:00+00'::timestamptz and '9999-12-31 00:00:00+00'::timestamptz);--> statement-breakpoint
ALTER TABLE "fills" ADD CONSTRAINT "fills_owner" CHECK (case "fills"."action" when 'sell' then "fills"."exit_id" is not null and "fills"."edge_id" is null
        when 'buy' then "fills"."exit_id" is null and "fills"."edge_id" is not null else false end);--> statement-breakpoint
ALTER TABLE "positions" ADD CONSTRAINT "positions_no_nan" CHECK ('NaN'::numeric <> all (array["quantity", "remaining", "cost", "entry_fees", "sold", "proceeds", "fees", "written_off", "settled", "current_price", "unrealized_pnl", "unrealized_pnl_pct", "peak_price", "trailing_stop_price"]::numeric[]));--> statement-breakpoint
ALTER TABLE "paper_world" ADD CONSTRAINT "paper_world_no_nan" CHECK ('NaN'::numeric <> all (array["cash"]::numeric[]));