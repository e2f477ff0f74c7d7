CREATE TABLE "account_days" (
	"day" date PRIMARY KEY NOT NULL,
	"started_at" timestamp(3) with time zone NOT NULL,
	"realized" numeric(20, 6) NOT NULL,
	"unrealized_at_start" numeric(20, 6) NOT NULL,
	"balance_at_start" numeric(20, 6),
	"updated_at" timestamp(3) with time zone NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "account_days_no_nan" CHECK ('NaN'::numeric <> all (array["realized", "unrealized_at_start", "balance_at_start"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"alert_key" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"position_id" text,
	"text" text NOT NULL,
	"raised_at" timestamp(3) with time zone NOT NULL,
	"last_at" timestamp(3) with time zone NOT NULL,
	"times" integer NOT NULL,
	"resolved_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "breakers" (
	"name" text PRIMARY KEY NOT NULL,
	"tripped" boolean NOT NULL,
	"reason" text,
	"changed_at" timestamp(3) with time zone NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"decision_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "decisions_decision_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"position_id" text,
	"exit_id" text,
	"at" timestamp(3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"summary" text NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "edges" (
	"edge_id" text PRIMARY KEY NOT NULL,
	"market" text NOT NULL,
	"side" text NOT NULL,
	"model_probability" numeric(20, 6) NOT NULL,
	"confidence" text NOT NULL,
	"method" text NOT NULL,
	"status" text NOT NULL,
	"verdicts" jsonb NOT NULL,
	"detected_at" timestamp(3) with time zone NOT NULL,
	"decided_at" timestamp(3) with time zone,
	CONSTRAINT "edges_no_nan" CHECK ('NaN'::numeric <> all (array["model_probability"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "entry_attempts" (
	"attempt_id" text PRIMARY KEY NOT NULL,
	"edge_id" text NOT NULL,
	"position_id" text,
	"status" text NOT NULL,
	"market" text NOT NULL,
	"side" text NOT NULL,
	"limit_price" numeric(10, 4),
	"quantity" numeric(18, 2) NOT NULL,
	"filled_quantity" numeric(18, 2) NOT NULL,
	"cost" numeric(20, 6) NOT NULL,
	"fees" numeric(20, 6) NOT NULL,
	"client_order_id" text NOT NULL,
	"venue_order_id" text,
	"cancel_requested" boolean NOT NULL,
	"placed_at" timestamp(3) with time zone NOT NULL,
	"ended_at" timestamp(3) with time zone,
	"error" text,
	CONSTRAINT "entry_attempts_no_nan" CHECK ('NaN'::numeric <> all (array["limit_price", "quantity", "filled_quantity", "cost", "fees"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "exit_attempts" (
	"attempt_id" text PRIMARY KEY NOT NULL,
	"position_id" text NOT NULL,
	"exit_id" text NOT NULL,
	"attempt_number" integer NOT NULL,
	"order_type" text NOT NULL,
	"status" text NOT NULL,
	"market" text NOT NULL,
	"side" text NOT NULL,
	"time_in_force" text NOT NULL,
	"limit_price" numeric(10, 4),
	"quantity" numeric(18, 2) NOT NULL,
	"filled_quantity" numeric(18, 2) NOT NULL,
	"filled_price" numeric(20, 6),
	"proceeds" numeric(20, 6) NOT NULL,
	"fees" numeric(20, 6) NOT NULL,
	"client_order_id" text NOT NULL,
	"venue_order_id" text,
	"cancel_requested" boolean NOT NULL,
	"placed_at" timestamp(3) with time zone NOT NULL,
	"filled_at" timestamp(3) with time zone,
	"cancelled_at" timestamp(3) with time zone,
	"ended_at" timestamp(3) with time zone,
	"error" text,
	CONSTRAINT "exit_attempts_no_nan" CHECK ('NaN'::numeric <> all (array["limit_price", "quantity", "filled_quantity", "filled_price", "proceeds", "fees"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "fills" (
	"fill_id" text PRIMARY KEY NOT NULL,
	"position_id" text NOT NULL,
	"exit_id" text NOT NULL,
	"client_order_id" text NOT NULL,
	"price" numeric(10, 4) NOT NULL,
	"quantity" numeric(18, 2) NOT NULL,
	"fee" numeric(20, 6) NOT NULL,
	"maker" boolean NOT NULL,
	"filled_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "fills_no_nan" CHECK ('NaN'::numeric <> all (array["price", "quantity", "fee"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "instance" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"instance_id" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "instance_only_one" CHECK ("instance"."only")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"owner" text,
	"epoch" bigint NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "methods" (
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"rules" jsonb NOT NULL,
	CONSTRAINT "methods_name_version_pk" PRIMARY KEY("name","version")
);
--> statement-breakpoint
CREATE TABLE "position_exits" (
	"exit_id" text PRIMARY KEY NOT NULL,
	"position_id" text NOT NULL,
	"exit_number" integer NOT NULL,
	"exit_reason" text NOT NULL,
	"exit_priority" text NOT NULL,
	"exit_quantity" numeric(18, 2) NOT NULL,
	"filled_quantity" numeric(18, 2) NOT NULL,
	"exit_price" numeric(20, 6),
	"proceeds" numeric(20, 6) NOT NULL,
	"fees" numeric(20, 6) NOT NULL,
	"partial_exit" boolean NOT NULL,
	"stage" integer,
	"execution_strategy" text NOT NULL,
	"status" text NOT NULL,
	"trigger_mark" numeric(10, 4),
	"trigger_pnl_pct" numeric(20, 6),
	"unrealized_pnl" numeric(20, 6),
	"triggered_at" timestamp(3) with time zone NOT NULL,
	"executed_at" timestamp(3) with time zone,
	"ended_at" timestamp(3) with time zone,
	"overruled" jsonb NOT NULL,
	"note" text,
	CONSTRAINT "position_exits_no_nan" CHECK ('NaN'::numeric <> all (array["exit_quantity", "filled_quantity", "exit_price", "proceeds", "fees", "trigger_mark", "trigger_pnl_pct", "unrealized_pnl"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "positions" (
	"position_id" text PRIMARY KEY NOT NULL,
	"market" text NOT NULL,
	"side" text NOT NULL,
	"state" text NOT NULL,
	"closed" boolean NOT NULL,
	"quantity" numeric(18, 2) NOT NULL,
	"remaining" numeric(18, 2) NOT NULL,
	"cost" numeric(20, 6) NOT NULL,
	"sold" numeric(18, 2) NOT NULL,
	"proceeds" numeric(20, 6) NOT NULL,
	"fees" numeric(20, 6) NOT NULL,
	"written_off" numeric(18, 2) NOT NULL,
	"settled" numeric(20, 6) NOT NULL,
	"method" text NOT NULL,
	"method_version" integer NOT NULL,
	"confidence" text NOT NULL,
	"current_price" numeric(10, 4),
	"unrealized_pnl" numeric(20, 6),
	"unrealized_pnl_pct" numeric(20, 6),
	"last_update" timestamp(3) with time zone NOT NULL,
	"trailing_stop_active" boolean NOT NULL,
	"peak_price" numeric(10, 4),
	"trailing_stop_price" numeric(10, 4),
	"exit_id" text,
	"exit_reason" text,
	"exit_priority" text,
	"step_deadline" timestamp(3) with time zone,
	"rest_times" jsonb NOT NULL,
	"confirmations" jsonb NOT NULL,
	"finished_stages" jsonb NOT NULL,
	"held" boolean NOT NULL,
	"awaiting_settlement" boolean NOT NULL,
	"opened_at" timestamp(3) with time zone NOT NULL,
	"closed_at" timestamp(3) with time zone,
	"close_reason" text,
	"schema_version" integer NOT NULL,
	"restart_state" jsonb NOT NULL,
	"evaluation" jsonb,
	CONSTRAINT "positions_no_nan" CHECK ('NaN'::numeric <> all (array["quantity", "remaining", "cost", "sold", "proceeds", "fees", "written_off", "settled", "current_price", "unrealized_pnl", "unrealized_pnl_pct", "peak_price", "trailing_stop_price"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "paper_holdings" (
	"market" text NOT NULL,
	"side" text NOT NULL,
	"quantity" numeric(18, 2) NOT NULL,
	"cost" numeric(20, 6) NOT NULL,
	CONSTRAINT "paper_holdings_market_side_pk" PRIMARY KEY("market","side"),
	CONSTRAINT "paper_holdings_no_nan" CHECK ('NaN'::numeric <> all (array["quantity", "cost"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "paper_markets" (
	"market" text PRIMARY KEY NOT NULL,
	"bids" jsonb NOT NULL,
	"asks" jsonb NOT NULL,
	"observed_at" timestamp(3) with time zone NOT NULL,
	"status" text NOT NULL,
	"settlement_value" numeric(10, 4),
	CONSTRAINT "paper_markets_no_nan" CHECK ('NaN'::numeric <> all (array["settlement_value"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "paper_orders" (
	"client_order_id" text PRIMARY KEY NOT NULL,
	"venue_order_id" text NOT NULL,
	"market" text NOT NULL,
	"side" text NOT NULL,
	"action" text NOT NULL,
	"limit_price" numeric(10, 4),
	"quantity" numeric(18, 2) NOT NULL,
	"status" text NOT NULL,
	"filled_quantity" numeric(18, 2) NOT NULL,
	"fills" jsonb NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL,
	"time_in_force" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "paper_orders_no_nan" CHECK ('NaN'::numeric <> all (array["limit_price", "quantity", "filled_quantity"]::numeric[]))
);
--> statement-breakpoint
CREATE TABLE "paper_world" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"at" timestamp(3) with time zone,
	"next_id" bigint NOT NULL,
	CONSTRAINT "paper_world_only_one" CHECK ("paper_world"."only")
);
--> statement-breakpoint
CREATE INDEX "alerts_open" ON "alerts" USING btree ("raised_at") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "decisions_position" ON "decisions" USING btree ("position_id","decision_id");--> statement-breakpoint
CREATE INDEX "edges_status" ON "edges" USING btree ("status","detected_at");--> statement-breakpoint
CREATE INDEX "entry_attempts_edge" ON "entry_attempts" USING btree ("edge_id");--> statement-breakpoint
CREATE UNIQUE INDEX "entry_attempts_client_order" ON "entry_attempts" USING btree ("client_order_id");--> statement-breakpoint
CREATE INDEX "exit_attempts_position" ON "exit_attempts" USING btree ("position_id");--> statement-breakpoint
CREATE INDEX "exit_attempts_exit" ON "exit_attempts" USING btree ("exit_id");--> statement-breakpoint
CREATE UNIQUE INDEX "exit_attempts_client_order" ON "exit_attempts" USING btree ("client_order_id");--> statement-breakpoint
CREATE INDEX "fills_position" ON "fills" USING btree ("position_id");--> statement-breakpoint
CREATE INDEX "fills_exit" ON "fills" USING btree ("exit_id");--> statement-breakpoint
CREATE INDEX "position_exits_position" ON "position_exits" USING btree ("position_id");--> statement-breakpoint
CREATE INDEX "position_exits_unfinished" ON "position_exits" USING btree ("position_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "positions_open" ON "positions" USING btree ("opened_at","position_id") WHERE not closed;--> statement-breakpoint
CREATE INDEX "positions_market" ON "positions" USING btree ("market");