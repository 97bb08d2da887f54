-- Writes as Prisma, Hibernate and Sequelize write.
-- attack:
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE TABLE "_TagToUser" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
ALTER TABLE "_TagToUser" ADD CONSTRAINT "_TagToUser_B_fkey" FOREIGN KEY ("B") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TYPE "Role" ADD VALUE 'GUEST';
INSERT INTO "public"."User" ("email", "role") VALUES ('a@x', CAST('ADMIN'::text AS "public"."Role")) RETURNING "public"."User"."id", "public"."User"."role"::text;
SELECT "public"."User"."id", "t1"."n" FROM "public"."User" LEFT JOIN (SELECT "B", COUNT(*) AS n FROM "public"."_TagToUser" GROUP BY "B") AS "t1" ON "t1"."B" = "public"."User"."id" WHERE ("public"."User"."email" = 'a@x' AND 1=1) LIMIT 1 OFFSET 0;
select u1_0."id",u1_0."email" from "User" u1_0 where u1_0."email" like 'a%' escape '' order by u1_0."id" fetch first 5 rows only;
select next_val from (select nextval('"User_id_seq"') as next_val) s;
create sequence hibernate_sequence start with 1 increment by 50;
select nextval('hibernate_sequence');
INSERT INTO "User" ("id","email") VALUES (DEFAULT,'b@x') RETURNING "id","email";
UPDATE "User" SET "email"='c@x' WHERE ("id" = 2) RETURNING "id";
SELECT count(*) AS "count" FROM "User" AS "User" WHERE "User"."role" IN ('ADMIN', 'USER');
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type LIKE '%TABLE' AND table_name LIKE '\_Tag%' ORDER BY 1;
SELECT i.relname AS name, ix.indisprimary AS primary, ix.indkey AS indkey, array_agg(a.attname ORDER BY a.attnum) AS column_names FROM pg_class t, pg_class i, pg_index ix, pg_attribute a WHERE t.oid = ix.indrelid AND i.oid = ix.indexrelid AND a.attrelid = t.oid AND t.relkind = 'r' AND t.relname = 'User' GROUP BY i.relname, ix.indisprimary, ix.indkey ORDER BY i.relname;
DROP TABLE IF EXISTS "Nothing" CASCADE;
DROP TABLE "_TagToUser", "User";
DROP TYPE "Role";
