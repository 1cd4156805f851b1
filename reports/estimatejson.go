package reports

import (
	"encoding/json"
	"io"
	"math"

	"claimaudit/audit/sampling"
)

// The shape of an estimate as JSON.
type (
	jsonEstimateRun struct {
		Version    string  `json:"version"`
		AsOf       string  `json:"as_of"`
		Sample     string  `json:"sample"`
		SHA256     string  `json:"sha256"`
		Confidence float64 `json:"confidence"`
	}
	jsonSampleDesign struct {
		Unit      string        `json:"unit"`
		Amounts   string        `json:"amounts"` // paid, allowed or charge
		By        string        `json:"strata_by"`
		Seed      string        `json:"seed"`
		Generator string        `json:"generator"`
		FrameHash string        `json:"frame_sha256"`
		Seal      string        `json:"sample_sha256"`
		Frame     int           `json:"frame"`
		Size      int           `json:"size"`
		Strata    []jsonStratum `json:"strata"`
	}
	jsonStratum struct {
		Name   string `json:"name"`
		Frame  int    `json:"frame"`
		Amount string `json:"amount"`
		Drawn  int    `json:"drawn"`
		Spares int    `json:"spares"`
		Seed   string `json:"seed,omitempty"`
	}
	jsonProjection struct {
		Point     string         `json:"point"`
		Error     string         `json:"standard_error"`
		Intervals []jsonInterval `json:"intervals"`
	}
	jsonInterval struct {
		Confidence float64 `json:"confidence"`
		Factor     float64 `json:"factor"`
		Low        string  `json:"lower"`
		High       string  `json:"upper"`
		Precision  float64 `json:"precision"`
	}
	jsonRate struct {
		Count  int              `json:"count"`
		Of     int              `json:"of"`
		Frame  int              `json:"frame"`
		Share  float64          `json:"share"`
		Error  float64          `json:"standard_error"`
		Exact  bool             `json:"exact"`
		Limits []jsonRateLimits `json:"limits"`
	}
	jsonRateLimits struct {
		Confidence float64 `json:"confidence"`
		Low        int     `json:"lower"`
		High       int     `json:"upper"`
	}
	jsonPart struct {
		Name       string         `json:"name"`
		Frame      int            `json:"frame"`
		Reviewed   int            `json:"reviewed"`
		Sum        string         `json:"sum"`
		NonZero    int            `json:"nonzero"`
		Mean       float64        `json:"mean"`
		Deviation  float64        `json:"deviation"`
		Skewness   float64        `json:"skewness"`
		Kurtosis   float64        `json:"kurtosis"`
		Projection jsonProjection `json:"projection"`
		Errors     jsonRate       `json:"payment_errors"`
	}
	jsonFigures struct {
		Amounts    string              `json:"amounts"`
		Net        jsonProjection      `json:"net"`
		Gross      jsonProjection      `json:"gross"`
		Payment    jsonRate            `json:"payment_errors"`
		Coding     jsonRate            `json:"coding_errors"`
		NetRate    float64             `json:"net_error_rate"`
		GrossRate  float64             `json:"gross_error_rate"`
		Unproduced int                 `json:"lines_without_record"`
		Strata     []jsonPart          `json:"strata"`
		Cautions   []sampling.Caution  `json:"cautions"`
		Swaps      []map[string]string `json:"swaps"`
	}
	jsonDoubt struct {
		Unit string `json:"unit"`
		Line int    `json:"line"` // 0: the whole unit
		Row  int    `json:"row"`
		Why  string `json:"why"`
	}
	jsonResult struct {
		Unit       string `json:"unit"`
		Paid       string `json:"paid"`
		Correct    string `json:"correct"`
		Difference string `json:"difference"`
		AsBilled   bool   `json:"as_billed"`
	}
)

// json writes the estimate as one document, a part a line.
func (e *Estimate) json(w io.Writer) error {
	run := jsonEstimateRun{e.Version, e.AsOf.String(), e.File, e.SHA256, float64(e.Level)}
	results := make([]jsonResult, len(e.Results))
	for i := range e.Results {
		r := &e.Results[i]
		results[i] = jsonResult{e.Review.ID(r.Unit), r.Paid.String(), r.Correct.String(), r.Difference().String(), !r.Wrong}
	}
	text := []byte(jsonStart)
	for _, part := range []struct {
		before string
		value  any
	}{{"", run}, {",\n\"sample\": ", e.design()}, {",\n\"estimate\": ", e.figures()}, {",\n\"units\": ", results}, {",\n\"doubts\": ", e.doubts()}} {
		value, err := json.Marshal(part.value)
		if err != nil {
			return err
		}
		text = append(append(text, part.before...), value...)
	}
	_, err := w.Write(append(text, "}\n"...))
	return err
}

// doubts are the answers to look at again.
func (e *Estimate) doubts() []jsonDoubt {
	list := []jsonDoubt{}
	for _, d := range e.Doubts {
		list = append(list, jsonDoubt{d.Unit, d.Line, d.Row, d.Why})
	}
	return list
}

func (e *Estimate) design() jsonSampleDesign {
	s := e.Review.Sample
	d := jsonSampleDesign{
		Unit: string(s.Kind), Amounts: string(s.Basis), By: string(s.By), Seed: s.Seed.String(), Generator: sampling.Generator, FrameHash: s.FrameHash, Seal: s.Seal(),
		Frame: s.Frame(), Size: s.Size(),
	}
	for i := range s.Strata {
		st := &s.Strata[i]
		j := jsonStratum{Name: st.Name, Frame: st.Units, Amount: st.Amount.String(), Drawn: st.Take, Spares: st.Spares}
		if st.Seed > 0 {
			j.Seed = st.Seed.String()
		}
		d.Strata = append(d.Strata, j)
	}
	return d
}

func (e *Estimate) figures() jsonFigures {
	f := jsonFigures{
		Amounts: string(e.Judged.Basis), Net: jsonProjected(&e.Projection), Gross: jsonProjected(&e.Gross), Payment: jsonRated(&e.PaymentErrors), Coding: jsonRated(&e.CodingErrors),
		NetRate: round6(e.NetRate), GrossRate: round6(e.GrossRate), Unproduced: e.Unproduced, Cautions: append([]sampling.Caution{}, e.Cautions...), Swaps: []map[string]string{},
	}
	for i := range e.Parts {
		p := &e.Parts[i]
		f.Strata = append(f.Strata, jsonPart{
			Name: p.Name, Frame: p.All, Reviewed: p.Sampled, Sum: p.Sum.String(), NonZero: p.NonZero, Mean: round6(p.Mean / 100), Deviation: round6(p.Deviation / 100),
			Skewness: round6(p.Skewness), Kurtosis: round6(p.Kurtosis), Projection: jsonProjected(&p.Projection), Errors: jsonRated(&p.PaymentErrors),
		})
	}
	for _, o := range e.Out {
		f.Swaps = append(f.Swaps, map[string]string{"unit": o.Unit, "spare": o.Spare, "why": o.Why})
	}
	return f
}

func jsonProjected(p *sampling.Projection) jsonProjection {
	j := jsonProjection{Point: p.Point.String(), Error: p.Error.String()}
	for _, i := range p.Intervals {
		j.Intervals = append(j.Intervals, jsonInterval{float64(i.Level), math.Round(i.Factor*1e10) / 1e10, i.Low.String(), i.High.String(), round6(i.Precision)})
	}
	return j
}

func jsonRated(r *sampling.Rate) jsonRate {
	j := jsonRate{Count: r.Count, Of: r.Sampled, Frame: r.All, Share: round6(r.Share), Error: round6(r.Error), Exact: r.Exact}
	for _, l := range r.Limits {
		j.Limits = append(j.Limits, jsonRateLimits{float64(l.Level), l.Low, l.High})
	}
	return j
}

// round6 keeps the digits that are the same on every machine.
func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }
