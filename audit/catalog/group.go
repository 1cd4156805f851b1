package catalog

// Group is a set of codes that rules speak of together. The members are rows of
// data/groups.csv, with the dates of their membership; a new group is a constant and a name here
// and its rows there. GlobalPeriod alone is told from the fee schedule.
type Group uint8

// The groups.
const (
	Guidance            Group = iota // imaging guidance billed on its own: 77002 77003 77012 77021 76942 76000
	ImagingIncluded                  // procedures that include their imaging guidance
	Takes77002                       // procedures 77002 may be billed with
	Takes77003                       // procedures 77003 may be billed with
	FacetInjection                   // 64490-64495
	FacetAblation                    // 64633-64636
	EpiduralImaged                   // epidural injections that include imaging
	EpiduralUnimaged                 // interlaminar epidurals without imaging: 62320 62322
	CatheterUnimaged                 // epidural catheters without imaging: 62324 62326
	EpiduralOld                      // epidural injections of before 2017: 62310 62311
	Transforaminal                   // 64479 64480 64483 64484
	TriggerPoint                     // 20552 20553
	Joint                            // 20600-20611
	JointUnguided                    // 20600 20605 20610
	NerveConduction                  // 95907-95913
	NerveConductionOld               // 95900 95903 95904 95934 95936
	NeedleAddOn                      // 95885 95886 95887
	NeedleAlone                      // needle EMG billed without nerve conduction studies
	SedationSame                     // moderate sedation by the operator
	SedationOther                    // moderate sedation by another doctor
	Anesthesia                       // anesthesia for pain procedures
	OfficeVisit                      // 99202-99205 99211-99215
	NewPatient                       // 99202-99205
	Visit                            // every evaluation and management visit
	Modifier25                       // visits modifier 25 may stand on
	Bilateral50                      // reported with modifier 50 for both sides
	ReportTwice                      // bilateral add-ons CPT reports twice without 50
	NerveBlock                       // single-named-nerve blocks: one unit whatever the number of sticks
	Injection                        // injection procedures a drug shot is part of
	SacroiliacJoint                  // 27096 64451 64625 G0260
	RegionNeck                       // cervical and thoracic spine
	RegionLow                        // lumbar and sacral spine
	RegionSI                         // sacroiliac joint
	NeedsSide                        // codes expected to carry RT, LT or 50
	EMGSupply                        // supplies included in needle EMG
	Drugs                            // drugs billed by a J, Q or S code
	LocalAnesthetic                  // drugs included in an injection as its local anesthetic
	SingleDose                       // drugs sold in single-dose containers only
	Botulinum                        // botulinum toxins
	Hyaluronate                      // knee hyaluronates
	Stimulator                       // spinal cord stimulator implants and removals
	Vertebral                        // vertebroplasty and kyphoplasty
	Discogram                        // discogram injections and readings
	NoCoverage                       // services Medicare's local coverage does not pay
	PresumptiveDrugTest              // 80305-80307
	DefinitiveDrugTest               // G0480-G0483 G0659
	Supplies                         // supplies
	GlobalPeriod                     // a global period of 10 or 90 days in any year
	NumGroups
)

// Groups is a set of groups.
type Groups uint64

// GroupSet is the set of the groups named.
func GroupSet(gs ...Group) (set Groups) {
	for _, g := range gs {
		set |= 1 << g
	}
	return set
}

// Has tells whether g is in the set.
func (s Groups) Has(g Group) bool { return s&(1<<g) != 0 }

var groupNames = [NumGroups]string{
	Guidance: "guidance", ImagingIncluded: "imaging-included", Takes77002: "takes-77002",
	Takes77003: "takes-77003", FacetInjection: "facet-injection", FacetAblation: "facet-ablation",
	EpiduralImaged: "epidural-imaged", EpiduralUnimaged: "epidural-unimaged",
	CatheterUnimaged: "catheter-unimaged", EpiduralOld: "epidural-old",
	Transforaminal: "transforaminal", TriggerPoint: "trigger-point", Joint: "joint",
	JointUnguided: "joint-unguided", NerveConduction: "nerve-conduction",
	NerveConductionOld: "nerve-conduction-old", NeedleAddOn: "needle-add-on",
	NeedleAlone: "needle-alone", SedationSame: "sedation-same", SedationOther: "sedation-other",
	Anesthesia: "anesthesia", OfficeVisit: "office-visit", NewPatient: "new-patient",
	Visit: "visit", Modifier25: "modifier-25", Bilateral50: "bilateral-50",
	ReportTwice: "report-twice", NerveBlock: "nerve-block", Injection: "injection",
	SacroiliacJoint: "sacroiliac-joint", RegionNeck: "region-neck", RegionLow: "region-low",
	RegionSI: "region-si", NeedsSide: "needs-side", EMGSupply: "emg-supply", Drugs: "drug",
	LocalAnesthetic: "local-anesthetic", SingleDose: "single-dose", Botulinum: "botulinum",
	Hyaluronate: "hyaluronate", Stimulator: "stimulator", Vertebral: "vertebral",
	Discogram: "discogram", NoCoverage: "no-coverage", PresumptiveDrugTest: "presumptive-drug-test",
	DefinitiveDrugTest: "definitive-drug-test", Supplies: "supply", GlobalPeriod: "global-period",
}

// String is the group's name in data/groups.csv.
func (g Group) String() string { return groupNames[g] }
