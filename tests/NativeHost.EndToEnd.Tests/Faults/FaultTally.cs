using System.Text;

namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>What was done to the host, and what it cost its clients. Safe to call from any thread.</summary>
/// <remarks>What a client meets is counted for the last fault; a few of them overlap, so only the sums are exact.</remarks>
internal sealed class FaultTally
{
    private readonly Lock _gate = new();
    private readonly List<Row> _rows = [new("(none)")];
    private readonly Dictionary<string, int> _codes = [];
    private readonly List<string> _complaints = [];
    private Row _current;

    public FaultTally() => _current = _rows[0];

    /// <summary>How often the broker was ended, which is what a stream may be gone for.</summary>
    public int BrokerEnds { get; private set; }

    /// <summary>What went wrong and must not, in words; none where all is well.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_gate)
            {
                return [.. _complaints];
            }
        }
    }

    /// <summary>Counts a fault, just before it is done.</summary>
    public void Begin(string fault)
    {
        lock (_gate)
        {
            _current = _rows.Find(row => row.Fault == fault) ?? new Row(fault);
            if (_current.Times++ == 0)
            {
                _rows.Add(_current);
            }
        }
    }

    /// <summary>Counts an end of the broker, just before it comes.</summary>
    public void BrokerEnded()
    {
        lock (_gate)
        {
            BrokerEnds++;
        }
    }

    public void Resumed() => Count(row => row.Resumed++);

    public void Completed(int tokens) => Count(row =>
    {
        row.Streams++;
        row.Tokens += tokens;
    });

    public void TypedError(string code) => Count(row =>
    {
        row.Errors++;
        _codes[code] = _codes.GetValueOrDefault(code) + 1;
    });

    public void Lost(long events, string what) => Complain(row => row.Lost += events, what);

    public void Doubled(string what) => Complain(row => row.Doubled++, what);

    public void Orphan(string what) => Complain(row => row.Orphans++, what);

    /// <summary>Notes what is wrong and has no column.</summary>
    public void Wrong(string what) => Complain(_ => { }, what);

    /// <summary>The table, with a line of sums and one of the error codes.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var table = new StringBuilder();
            table.AppendLine($"{"fault",-24}{"times",7}{"streams",9}{"resumed",9}{"tokens",9}{"errors",8}{"lost",6}{"doubled",9}{"orphans",9}");
            foreach (var row in _rows)
            {
                table.AppendLine(row.ToString());
            }

            table.AppendLine(new Row("sum")
            {
                Times = _rows.Sum(row => row.Times),
                Streams = _rows.Sum(row => row.Streams),
                Resumed = _rows.Sum(row => row.Resumed),
                Tokens = _rows.Sum(row => row.Tokens),
                Errors = _rows.Sum(row => row.Errors),
                Lost = _rows.Sum(row => row.Lost),
                Doubled = _rows.Sum(row => row.Doubled),
                Orphans = _rows.Sum(row => row.Orphans),
            }.ToString());
            table.AppendLine($"errors: {string.Join(", ", _codes.OrderBy(code => code.Key).Select(code => $"{code.Key} {code.Value}"))}");
            _complaints.ForEach(complaint => table.AppendLine($"WRONG: {complaint}"));
            return table.ToString();
        }
    }

    private void Complain(Action<Row> count, string what) => Count(row =>
    {
        count(row);
        _complaints.Add($"{row.Fault}: {what}");
    });

    private void Count(Action<Row> count)
    {
        lock (_gate)
        {
            count(_current);
        }
    }

    private sealed class Row(string fault)
    {
        public string Fault => fault;

        public int Times { get; set; }

        public int Streams { get; set; }

        public int Resumed { get; set; }

        public long Tokens { get; set; }

        public int Errors { get; set; }

        public long Lost { get; set; }

        public int Doubled { get; set; }

        public int Orphans { get; set; }

        public override string ToString()
            => $"{fault,-24}{Times,7}{Streams,9}{Resumed,9}{Tokens,9}{Errors,8}{Lost,6}{Doubled,9}{Orphans,9}";
    }
}
