// The six checks in SQL on DuckDB, from a CSV export to a CSV of the flagged lines.
// usage: node audit_duckdb.js EXPORT TABLES OUTPUT
const fs = require('fs')
const path = require('path')
const { DuckDBInstance } = require('@duckdb/node-api')

async function main() {
  const [source, tables, output] = process.argv.slice(2)
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  const sql = fs.readFileSync(path.join(__dirname, 'audit.sql'), 'utf8')
    .replaceAll('$SOURCE', source).replaceAll('$TABLES', tables).replaceAll('$OUTPUT', output)
  for (const statement of sql.split(/;\s*\n/)) {
    if (statement.trim()) await connection.run(statement)
  }
}

main().catch((error) => { console.error(error); process.exit(1) })
