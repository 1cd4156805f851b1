package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimaudit/audit/claim"
	"claimaudit/samples/books"
)

// sheet is an export in the making: rows below a header.
type sheet struct {
	header []string
	rows   [][]string
	args   []string // how it is to be audited
	more   int      // rows added that are no charges
}

func (s *sheet) column(name string) int { return slices.Index(s.header, name) }

// each changes the cells of the columns named that are written as in the samples.
func (s *sheet) each(change func(cell string) string, names ...string) {
	for _, name := range names {
		i := s.column(name)
		for _, row := range s.rows {
			if row[i] != "" {
				row[i] = change(row[i])
			}
		}
	}
}

// drop takes columns out and returns their cells by row.
func (s *sheet) drop(names ...string) [][]string {
	taken := make([][]string, len(s.rows))
	for _, name := range names {
		i := s.column(name)
		s.header = slices.Delete(s.header, i, i+1)
		for r, row := range s.rows {
			taken[r] = append(taken[r], row[i])
			s.rows[r] = slices.Delete(row, i, i+1)
		}
	}
	return taken
}

func (s *sheet) add(name string, cell func(row int) string) {
	s.header = append(s.header, name)
	for i := range s.rows {
		s.rows[i] = append(s.rows[i], cell(i))
	}
}

// rename writes the header in another system's names, of "canonical=theirs" pairs.
func (s *sheet) rename(pairs ...string) {
	for _, pair := range pairs {
		name, theirs, _ := strings.Cut(pair, "=")
		s.header[s.column(name)] = theirs
	}
}

func (s *sheet) all() [][]string { return append([][]string{s.header}, s.rows...) }

// insert puts rows that are no charges at a place among the rows.
func (s *sheet) insert(at int, rows ...[]string) {
	for i := range rows {
		rows[i] = append(rows[i], make([]string, len(s.header)-len(rows[i]))...)
	}
	s.rows = slices.Insert(s.rows, at, rows...)
	s.more += len(rows)
}

var (
	dateColumns = columnsOf(claim.Day)
	modColumns  = columnsOf(claim.ModifierSet)
	dxColumns   = columnsOf(claim.DiagnosisList)
)

// columnsOf are the columns of the canonical header that hold values of the kind.
func columnsOf(kind claim.Kind) (names []string) {
	for f := range claim.NumFields {
		if f.Kind() == kind {
			names = append(names, f.Columns()...)
		}
	}
	return names
}

// dates writes dates in another layout.
func dates(layout string) func(*sheet) {
	return func(s *sheet) {
		s.each(func(cell string) string {
			day, err := time.Parse(time.DateOnly, cell)
			if err != nil {
				return cell
			}
			return day.Format(layout)
		}, dateColumns...)
	}
}

// serial is a date as a spreadsheet counts it.
func serial(cell string) string {
	day, err := time.Parse(time.DateOnly, cell)
	if err != nil {
		return cell
	}
	return strconv.Itoa(int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24))
}

// money writes amounts of dollars and cents in another way.
func money(write func(dollars int, cents string) string) func(*sheet) {
	return func(s *sheet) {
		s.each(func(cell string) string {
			whole, cents, _ := strings.Cut(cell, ".")
			dollars, err := strconv.Atoi(whole)
			if err != nil || len(cents) != 2 {
				return cell
			}
			return write(dollars, cents)
		}, "Charge")
	}
}

func thousands(n int, by string) string {
	text := strconv.Itoa(n)
	if n >= 1000 {
		text = text[:len(text)-3] + by + text[len(text)-3:]
	}
	return text
}

// modifiers joins the modifiers in one cell.
func modifiers(by string) func(*sheet) {
	return func(s *sheet) {
		cells := s.drop(modColumns...)
		s.add("Modifier(s)", func(row int) string { return strings.Join(filled(cells[row]), by) })
	}
}

func filled(cells []string) []string {
	return slices.DeleteFunc(slices.Clone(cells), func(cell string) bool { return cell == "" })
}

// pointers turns the diagnoses of each line round and points at them in their own order.
func pointers(header string, point func(n int) string, by string) func(*sheet) {
	return func(s *sheet) {
		s.add(header, func(row int) string {
			var points []string
			list := s.rows[row][s.column("Dx1") : s.column("Dx12")+1]
			n := len(filled(list))
			slices.Reverse(list[:n])
			for i := range n {
				points = append(points, point(n-1-i))
			}
			return strings.Join(points, by)
		})
	}
}

// text writes the sheet as text with another delimiter, line end or quoting.
func text(t *testing.T, s *sheet, comma, end string, quote func(cell string) string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, row := range s.all() {
		for i, cell := range row {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(quote(cell))
		}
		b.WriteString(end)
	}
	return b.Bytes()
}

func quoted(cell string) string { return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"` }

func needed(cell string) string {
	if strings.ContainsAny(cell, ",;\t|\"\n\r") {
		return quoted(cell)
	}
	return cell
}

// asText is a way to write a text file.
func asText(name, comma, end string, quote func(string) string) func(*testing.T, *sheet) string {
	return func(t *testing.T, s *sheet) string { return write(t, name, text(t, s, comma, end, quote)) }
}

func asCSV(t *testing.T, s *sheet) string { return writeRecords(t, "export.csv", s.all()) }

func utf16le(data []byte) []byte {
	var b bytes.Buffer
	for _, unit := range utf16.Encode([]rune("\ufeff" + string(data))) {
		_ = binary.Write(&b, binary.LittleEndian, unit) // a buffer takes everything
	}
	return b.Bytes()
}

// asBook writes sheets of a workbook; with numbers, what is a number or a date is one in the cell.
func asBook(numbers, from1904 bool, sheets int) func(*testing.T, *sheet) string {
	return func(t *testing.T, s *sheet) string {
		t.Helper()
		book := excelize.NewFile()
		defer book.Close()
		if err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}); err != nil {
			t.Fatal(err)
		}
		for n := range sheets {
			name := fmt.Sprintf("Sheet%d", n+1)
			if _, err := book.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			rows := append([][]string{s.header}, s.rows[n*len(s.rows)/sheets:(n+1)*len(s.rows)/sheets]...)
			for i, row := range rows {
				cells := make([]any, len(row))
				for k, cell := range row {
					cells[k] = bookCell(s.header[k], cell, numbers && i > 0, from1904)
				}
				if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &cells); err != nil {
					t.Fatal(err)
				}
			}
		}
		path := filepath.Join(t.TempDir(), "export.xlsx")
		if err := book.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func bookCell(header, cell string, numbers, from1904 bool) any {
	if cell == "" {
		return nil
	}
	if !numbers || strings.HasPrefix(header, "Dx") || header == "Narrative" {
		return cell
	}
	if days := serial(cell); days != cell {
		n, _ := strconv.Atoi(days)
		if from1904 {
			n -= 1462
		}
		return n
	}
	if n, err := strconv.ParseFloat(cell, 64); err == nil {
		return n
	}
	return cell
}

func zipped(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zippedAll(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// numbersAs changes codes, NPIs and other cells of digits.
func numbersAs(change func(cell string) string, names ...string) func(*sheet) {
	return func(s *sheet) {
		s.each(func(cell string) string {
			if _, err := strconv.Atoi(cell); err != nil {
				return cell
			}
			return change(cell)
		}, names...)
	}
}

// scientific is a number of digits as 6.4483E+04.
func scientific(cell string) string {
	if cell[0] == '0' || strings.HasSuffix(cell, "0") || len(cell) < 5 {
		return cell
	}
	return fmt.Sprintf("%s.%sE+%02d", cell[:1], cell[1:], len(cell)-1)
}

// unlisted is a modifier of the sample that does not exist: behind a code it would be read as a range's end.
const unlisted = "98"

func shaped(code string) bool {
	return len(code) == 5 && code[1] >= '0' && code[1] <= '9' && code[4] <= 'T'
}

// disguise is a way in which another system, a spreadsheet or a person would write the same claims.
type disguise struct {
	name  string
	dress func(*sheet)                            // nil: the cells stay as they are
	write func(t *testing.T, s *sheet) (p string) // nil: CSV
}

// systems are the header names of billing systems, for the columns that each has.
var systems = map[string]string{
	"kareo":      "ClaimID=EncounterID PatientID=PatientID DOB=PatientDateOfBirth DOS=ServiceStartDate DOSTo=ServiceEndDate CPT=ProcedureCode Mod1=ProcedureModifier1 Mod2=ProcedureModifier2 Mod3=ProcedureModifier3 Mod4=ProcedureModifier4 Charge=TotalCharges Dx1=DiagnosisCode1 Dx2=DiagnosisCode2 Dx3=DiagnosisCode3 Dx4=DiagnosisCode4 RenderingNPI=RenderingProviderID POS=ServiceLocationPlaceOfServiceCode Payer=PrimaryInsuranceCompanyName",
	"kareo grid": "DOS=From DOSTo=To CPT=Procedure Mod1=Mod_1 Mod2=Mod_2 Mod3=Mod_3 Mod4=Mod_4 Charge=Total_Charge Dx1=Diag_1 Dx2=Diag_2 Dx3=Diag_3 Dx4=Diag_4",
	"nextgen":    "ClaimID=Enc_Nbr PatientID=Per_Nbr DOB=Birth_Dt DOS=Svc_Dates CPT=CPT4 Mod1=Modifiers_1 Mod2=Modifiers_2 Mod3=Modifiers_3 Mod4=Modifiers_4 Units=Quantity Charge=Extended RenderingNPI=Rendering",
	"basconnect": "ClaimID=Claim_ID PatientID=Account_ID DOB=Patient_DOB DOS=Date_of_Service CPT=CPT_/_ASA Mod1=Modifier_1 Mod2=Modifier_2 Mod3=Modifier_3 Mod4=Modifier_4 Charge=Billed_Amount RenderingNPI=Rendering_Provider_NPI",
	"webpt":      "PatientID=Acct DOS=Date_of_Service Charge=Amount",
	"amps":       "ClaimID=Clm_ID PatientID=MRN DOS=DOS_From DOSTo=DOS_To CPT=Submitted_CPT Mod1=Submitted_Mod_1 Mod2=Submitted_Mod_2 Mod3=Submitted_Mod_3 Mod4=Submitted_Mod_4 Units=Sub_Quantity Charge=Submitted_Charge_Amt Dx1=Dx_Code_1 Dx2=Dx_Code_2 Dx3=Dx_Code_3 Dx4=Dx_Code_4 RenderingNPI=Rend_NPI POS=Line_Level_POS",
	"tuva":       "ClaimID=claim_id PatientID=person_id DOS=claim_line_start_date DOSTo=claim_line_end_date CPT=hcpcs_code Mod1=hcpcs_modifier_1 Mod2=hcpcs_modifier_2 Mod3=hcpcs_modifier_3 Mod4=hcpcs_modifier_4 Units=service_unit_quantity Charge=charge_amount Dx1=diagnosis_code_1 Dx2=diagnosis_code_2 Dx3=diagnosis_code_3 Dx4=diagnosis_code_4 RenderingNPI=rendering_npi BillingNPI=billing_npi BillingTIN=billing_tin POS=place_of_service_code Payer=payer ClaimType=claim_type",
	"cms":        "ClaimID=CLM_ID PatientID=BENE_ID DOS=LINE_1ST_EXPNS_DT DOSTo=LINE_LAST_EXPNS_DT CPT=HCPCS_CD Mod1=HCPCS_1ST_MDFR_CD Mod2=HCPCS_2ND_MDFR_CD Mod3=HCPCS_3RD_MDFR_CD Mod4=HCPCS_4TH_MDFR_CD Units=LINE_SRVC_CNT Charge=LINE_SBMTD_CHRG_AMT Dx1=ICD_DGNS_CD1 Dx2=ICD_DGNS_CD2 Dx3=ICD_DGNS_CD3 Dx4=ICD_DGNS_CD4 RenderingNPI=PRF_PHYSN_NPI BillingNPI=ORG_NPI_NUM BillingTIN=TAX_NUM POS=LINE_PLACE_OF_SRVC_CD",
	"healthie":   "PatientID=patient_id DOS=service_date DOSTo=service_end_date CPT=cpt_code Mod1=mod1 Mod2=mod2 Mod3=mod3 Mod4=mod4 Units=units Charge=fee",
	"epic":       "PatientID=MRN DOS=CHG_SERVICE_DATE CPT=CHG_HCPCS_CODE Units=ORG_CHG_QUANTITY Charge=ORG_CHG_AMOUNT ClaimID=HAR",
	"athena":     "PatientID=Patient_ID DOS=Srv_Day CPT=Proc_Code",
	"practice":   "ClaimID=Voucher PatientID=Chart_# DOS=FDOS DOSTo=TDOS CPT=CPT/HCPCS Mod1=M1 Mod2=M2 Mod3=M3 Mod4=M4 Units=Days/Units Charge=Charge_$ Dx1=ICD1 Dx2=ICD2 Dx3=ICD3 Dx4=ICD4 Dx5=ICD5 Dx6=ICD6 Dx7=ICD7 Dx8=ICD8 Dx9=ICD9 Dx10=ICD10 Dx11=ICD11 Dx12=ICD12 RenderingNPI=Rendering_NPI BillingNPI=Group_NPI POS=Place_of_Svc Payer=Primary_Ins AuthNumber=Auth_#",
}

func system(name string) func(*sheet) {
	return func(s *sheet) {
		for pair := range strings.FieldsSeq(systems[name]) {
			field, theirs, _ := strings.Cut(pair, "=")
			if name != "cms" && name != "tuva" && name != "healthie" && name != "epic" {
				theirs = strings.ReplaceAll(theirs, "_", " ")
			}
			s.header[s.column(field)] = theirs
		}
	}
}

// disguises are what TestDisguises puts on the claims of a sample.
func disguises() []disguise {
	list := []disguise{
		{"XML of Excel 2003", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.xls", books.Office(s.header, s.rows))
		}},
		{"a web page", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.xls", books.Page(s.header, s.rows))
		}},
		{"a web page in UTF-16 with dates month first", dates("1/2/2006"), func(t *testing.T, s *sheet) string {
			return write(t, "export.html", utf16le(books.Page(s.header, s.rows)))
		}},
		{"columns of a fixed width", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.txt", books.Columns(s.header, s.rows))
		}},
		{"a printed report", nil, func(t *testing.T, s *sheet) string {
			text := books.Report(s.header, s.rows)
			s.more = strings.Count(string(text), "PAGE") - 1 // headings, of two lines and the names of the columns
			s.more = 3*s.more + strings.Count(string(text), "Page total")
			return write(t, "export.txt", text)
		}},
		{"columns in another order", func(s *sheet) {
			places := rand.New(rand.NewPCG(7, 7)).Perm(len(s.header))
			for _, row := range append(s.rows, s.header) {
				was := slices.Clone(row)
				for i, p := range places {
					row[i] = was[p]
				}
			}
		}, nil},
		{"columns that look like those read", func(s *sheet) {
			for _, name := range []string{"Post Date", "Entry Date", "Submission Date"} {
				s.add(name, func(int) string { return "2025-06-29" })
			}
			for name, cell := range map[string]string{"Rev Code": "0360", "Charge Master #": "99999", "SIM": "A1", "ProcedureName": "Injection", "ASA": "01992", "Allowed Amount": "1.00", "Patient Name": "Doe", "Unit Charge": "5.00", "Minutes": "15", "Admit Dx": "A00.0", "Supervising NPI": "1000000020"} {
				s.add(name, func(int) string { return cell })
			}
		}, nil},
		{"line breaks and odd blanks in the header", func(s *sheet) {
			s.rename("PatientID=Patient\nID", "DOS=Date of\r\nService", "CPT=\u00a0Procedure\u00a0Code ", "Units=Units (15 min)", "Charge=Charge\u200b ($)", "RenderingNPI=Rendering\u2003NPI:")
		}, nil},
		{"a header of two rows", func(s *sheet) {
			upper := make([]string, len(s.header))
			upper[s.column("PatientID")], upper[s.column("DOS")] = "Patient", "Service"
			s.rename("PatientID=ID", "DOS=Date", "CPT=Code")
			s.rows, s.header = slices.Insert(s.rows, 0, s.header), upper
		}, nil},
		{"modifiers by commas", modifiers(","), nil},
		{"modifiers by colons", modifiers(":"), nil},
		{"modifiers by blanks", modifiers(" "), nil},
		{"modifiers run together", modifiers(""), nil},
		{"modifiers behind the code", func(s *sheet) {
			cells := s.drop(modColumns...)
			code := s.column("CPT")
			for i, row := range s.rows {
				if mods := filled(cells[i]); len(mods) > 0 && shaped(row[code]) && mods[0] != unlisted {
					row[code] += "-" + strings.Join(mods, "-")
					cells[i] = nil
				}
			}
			s.add("Mods", func(row int) string { return strings.Join(filled(cells[row]), ",") })
		}, nil},
		{"diagnoses in one cell", func(s *sheet) {
			cells := s.drop(dxColumns...)
			s.add("ICD-10 Codes", func(row int) string { return strings.Join(filled(cells[row]), "; ") })
		}, nil},
		{"diagnoses without points", func(s *sheet) {
			s.each(func(cell string) string { return strings.Replace(cell, ".", "", 1) }, dxColumns...)
		}, nil},
		{"pointers of letters", pointers("Dx Pointer", func(n int) string { return string(rune('A' + n)) }, ""), nil},
		{"pointers of numbers", pointers("Diag Ptr", func(n int) string { return strconv.Itoa(n + 1) }, ":"), nil},
		{"pointers from zero", pointers("pointers", strconv.Itoa, ","), nil},
		{"dates month first", dates("1/2/2006"), nil},
		{"dates day first", dates("02/01/2006"), nil},
		{"dates with years of two digits", func(s *sheet) {
			born := s.column("DOB")
			for _, row := range s.rows {
				if row[born] > "2020" { // born after the service: two digits cannot say so
					row[born] = strings.Replace(row[born], "-", "/", 2)
				}
			}
			dates("01/02/06")(s)
		}, nil},
		{"dates with a time", dates("1/2/2006 12:00:00 AM"), nil},
		{"dates with the name of the month", dates("02-Jan-2006"), nil},
		{"dates run together", dates("20060102"), nil},
		{"dates month first run together", dates("01022006"), nil},
		{"dates as SAS writes them", func(s *sheet) {
			dates("02Jan2006")(s)
			s.each(strings.ToUpper, dateColumns...)
		}, nil},
		{"dates with the day of the week", dates("Monday, January 2, 2006"), nil},
		{"dates as serials in text", func(s *sheet) { s.each(serial, dateColumns...) }, nil},
		{"both days in one cell", func(s *sheet) {
			cells := s.drop("DOS", "DOSTo")
			s.add("Dates of Service", func(row int) string { return strings.Join(filled(cells[row]), " - ") })
		}, nil},
		{"money with dollar signs", money(func(n int, cents string) string { return "$" + thousands(n, ",") + "." + cents }), nil},
		{"money with a decimal comma", func(s *sheet) {
			s.each(func(cell string) string {
				return strings.NewReplacer(",", ".", ".", ",").Replace(cell)
			}, "Charge", "Units")
		}, asText("export.csv", ";", "\r\n", needed)},
		{"money with dust", money(func(n int, cents string) string { return strconv.Itoa(n) + "." + cents + "000000000001" }), nil},
		{"numbers with .0", numbersAs(func(cell string) string { return cell + ".0" }, "CPT", "Units", "RenderingNPI", "BillingNPI", "POS", "PatientID"), nil},
		{"numbers in scientific notation", numbersAs(scientific, "CPT", "RenderingNPI"), nil},
		{"codes without their zeros", numbersAs(func(cell string) string { return strings.TrimLeft(cell, "0") }, "CPT"), nil},
		{`cells wrapped as ="..."`, func(s *sheet) {
			for _, row := range s.rows {
				for i, cell := range row {
					if cell != "" && s.header[i] != "Narrative" && s.header[i] != "Payer" {
						row[i] = `="` + cell + `"`
					}
				}
			}
		}, nil},
		{"cells behind an apostrophe", func(s *sheet) {
			s.each(func(cell string) string { return "'" + cell }, "ClaimID", "PatientID", "DOS", "CPT", "Mod1", "Units", "Charge", "Dx1", "RenderingNPI", "POS")
		}, nil},
		{"blanks that do not break", func(s *sheet) {
			for _, row := range s.rows {
				for i := range row {
					row[i] = "\u00a0" + row[i] + " \u200b"
				}
			}
		}, nil},
		{"places of service with names", func(s *sheet) {
			s.each(func(cell string) string { return cell + " - Somewhere" }, "POS")
		}, nil},
		{"titles and totals and the header again", func(s *sheet) {
			s.insert(len(s.rows), []string{"Grand Total", "", "", "", "", "", "", "", "", "", "500", "123456.00"})
			s.insert(200, slices.Clone(s.header))
			s.insert(100, []string{"Page 2 of 5"})
		}, func(t *testing.T, s *sheet) string {
			return write(t, "export.csv", append([]byte("Charge Detail\nPrinted,06/16/2025\n\n"), text(t, s, ",", "\n", needed)...))
		}},
		{"rows in another order", func(s *sheet) {
			rand.New(rand.NewPCG(5, 5)).Shuffle(len(s.rows), func(i, k int) { s.rows[i], s.rows[k] = s.rows[k], s.rows[i] })
		}, nil},
		{"payments and diagnoses among the charges", func(s *sheet) {
			s.add("code_type", func(int) string { return "CPT4" })
			for _, kind := range []string{"ICD10", "COPAY"} {
				row := slices.Clone(s.rows[3])
				row[len(row)-1] = kind
				s.insert(3, row)
			}
		}, nil},
		{"pseudo-codes among the charges", func(s *sheet) {
			for _, code := range []string{"NO SHOW", "Medical Records"} {
				row := slices.Clone(s.rows[3])
				row[s.column("CPT")] = code
				s.insert(7, row)
			}
		}, nil},
		{"a charge taken back", func(s *sheet) {
			i := s.column("Charge")
			for _, sign := range []string{"", "-"} {
				row := slices.Clone(s.rows[3])
				row[s.column("ClaimID")], row[s.column("Units")], row[i] = "C-VOID", sign+"1", sign+"77.00"
				s.insert(9, row)
			}
		}, nil},
		{"joined with payments", func(s *sheet) {
			s.add("Check #", func(int) string { return "71" })
			s.add("Paid Amount", func(int) string { return "10.00" })
			for _, row := range slices.Clone(s.rows) {
				if patient := row[s.column("PatientID")]; patient == "" || patient == "UNKNOWN" {
					continue // such lines are judged one by one
				}
				again := slices.Clone(row)
				again[len(again)-2], again[len(again)-1] = "72", "20.00"
				s.insert(len(s.rows), again)
			}
		}, nil},
		{"named by --map", func(s *sheet) {
			s.rename("PatientID=Who", "DOS=When", "CPT=What", "Units=Often")
			s.args = []string{"--map", "PatientID=Who", "--map", "DOS=When", "--map", "CPT=What", "--map", "Units=Often"}
		}, nil},
		{"no header", func(s *sheet) {
			for i, name := range s.header {
				s.args = append(s.args, "--map", fmt.Sprintf("%s=#%d", name, i+1))
			}
		}, func(t *testing.T, s *sheet) string { return writeRecords(t, "export.csv", s.rows) }},
		{"semicolons", nil, asText("export.csv", ";", "\r\n", needed)},
		{"tabs", nil, asText("export.txt", "\t", "\n", needed)},
		{"bars", nil, asText("export.psv", "|", "\n", needed)},
		{"sep=", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.csv", append([]byte("sep=;\r\n"), text(t, s, ";", "\r\n", needed)...))
		}},
		{"quotes everywhere", nil, asText("export.csv", ",", "\n", quoted)},
		{"quotes around lines", nil, func(t *testing.T, s *sheet) string {
			lines := strings.Split(strings.TrimSuffix(string(text(t, s, ",", "\n", needed)), "\n"), "\n")
			for i, line := range lines {
				lines[i] = quoted(line)
			}
			return write(t, "export.csv", []byte(strings.Join(lines, "\r\n")))
		}},
		{"CR alone", nil, asText("export.csv", ",", "\r", needed)},
		{"Ctrl-Z at the end", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.csv", append(text(t, s, ",", "\r\n", needed), 0x1a))
		}},
		{"cells of the end left out", nil, func(t *testing.T, s *sheet) string {
			for i, row := range s.rows {
				for len(row) > 0 && row[len(row)-1] == "" {
					row = row[:len(row)-1]
				}
				s.rows[i] = row
			}
			return asCSV(t, s)
		}},
		{"UTF-8 with a mark", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.csv", append([]byte("\ufeff"), text(t, s, ",", "\n", quoted)...))
		}},
		{"UTF-16", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.txt", utf16le(text(t, s, "\t", "\r\n", needed)))
		}},
		{"Windows-1252", func(s *sheet) { s.add("Patient Name", func(int) string { return "Andr\xe9" }) }, asText("export.csv", ",", "\r\n", needed)},
		{"gzip", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.csv.gz", gzipped(text(t, s, ",", "\n", needed)))
		}},
		{"zip", nil, func(t *testing.T, s *sheet) string {
			return write(t, "export.zip", zipped(t, "export.csv", text(t, s, ",", "\n", needed)))
		}},
		{"a zip of exports in several forms", nil, func(t *testing.T, s *sheet) string {
			third := len(s.rows) / 3
			one, two, three := s.rows[:third], s.rows[third:2*third], s.rows[2*third:]
			return write(t, "exports.zip", zippedAll(t, map[string][]byte{
				"june/export.csv":  text(t, &sheet{header: s.header, rows: one}, ",", "\n", needed),
				"june/export.xls":  books.Office(s.header, two),
				"july.html":        books.Page(s.header, three),
				"read me.pdf":      []byte("%PDF-1.7"),
				"__MACOSX/._a.csv": []byte("x"),
			}))
		}},
		{"a workbook named .csv", nil, func(t *testing.T, s *sheet) string {
			path := asBook(true, false, 1)(t, s)
			renamed := strings.TrimSuffix(path, ".xlsx") + ".csv"
			if err := os.Rename(path, renamed); err != nil {
				t.Fatal(err)
			}
			return renamed
		}},
		{"a workbook of text", nil, asBook(false, false, 1)},
		{"a workbook of numbers and dates", nil, asBook(true, false, 1)},
		{"a workbook that counts from 1904", nil, asBook(true, true, 1)},
		{"a workbook of three sheets", nil, asBook(true, false, 3)},
	}
	for name := range systems {
		list = append(list, disguise{"named as " + name + " does", system(name), nil})
	}
	return list
}

// accounted is how the rows of a run are told apart.
type accounted struct {
	Rows, Audited, Unreadable, Skipped int
}

// outcome audits an export and returns what was found in it and what became of its rows.
func outcome(t *testing.T, path string, args ...string) (found []string, rows accounted) {
	t.Helper()
	report := reported[struct {
		Inputs   []accounted `json:"inputs"`
		Findings []finding   `json:"findings"`
	}](t, append([]string{path}, args...)...)
	for _, input := range report.Inputs {
		rows.Rows += input.Rows
		rows.Audited += input.Audited
		rows.Unreadable += input.Unreadable
		rows.Skipped += input.Skipped
	}
	return prints(report.Findings), rows
}

// TestDisguises holds that the same claims are found at fault alike however an export writes them, and
// that every row is accounted for.
func TestDisguises(t *testing.T) {
	rows := records(t, samples+"/faults.csv")
	want, plain := outcome(t, samples+"/faults.csv")
	if len(want) < 100 || len(disguises()) < 30 {
		t.Fatalf("%d findings in %d disguises: too few to compare", len(want), len(disguises()))
	}
	for i, d := range disguises() {
		if raced && i%4 != 0 { // the others go the same ways through the program
			continue
		}
		t.Run(d.name, func(t *testing.T) { d.compare(t, sheetOf(rows), want, plain) })
	}
}

// sheetOf is a copy of an export's records as a sheet.
func sheetOf(rows [][]string) *sheet {
	s := &sheet{header: slices.Clone(rows[0])}
	for _, row := range rows[1:] {
		s.rows = append(s.rows, slices.Clone(row))
	}
	return s
}

// compare holds that the sheet is found at fault as wanted when it is disguised.
func (d disguise) compare(t *testing.T, s *sheet, want []string, plain accounted) {
	t.Helper()
	if d.dress != nil {
		d.dress(s)
	}
	if d.write == nil {
		d.write = asCSV
	}
	got, account := outcome(t, d.write(t, s), s.args...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings differ (-plain +disguised):\n%s", diff)
	}
	plain.Rows += s.more
	plain.Skipped += s.more
	if account != plain {
		t.Errorf("rows are %+v, want %+v", account, plain)
	}
}
