using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Automata;

/// <summary>States for any text up to the first trigger: how much of which trigger was just read (Aho and Corasick).</summary>
internal static class UntilStates
{
    public static int Emit(AutomatonBuilder builder, UntilNode until, int next)
    {
        var texts = Array.FindAll(until.Triggers, trigger => trigger.Bytes is not null);
        var table = new TriggerTable(Array.ConvertAll(texts, trigger => trigger.Bytes!));
        var thens = Array.ConvertAll(texts, trigger => builder.Emit(trigger.Then, next));
        var controls = until.Triggers.Where(trigger => trigger.Bytes is null)
            .Select(trigger => (Symbol: builder.SymbolOf(trigger.Control), Start: builder.Emit(trigger.Then, next))).ToList();

        var starts = new int[table.Count];
        for (var place = 0; place < starts.Length; place++)
        {
            starts[place] = builder.Fork(0);
        }

        for (var place = 0; place < starts.Length; place++)
        {
            var edges = new List<Edge> { new(Automaton.AnyControl, Automaton.AnyControl, starts[0]) };
            edges.AddRange(controls.Select(control => new Edge(control.Symbol, control.Symbol, control.Start)));
            for (var first = 0; first < 256;)
            {
                var target = TargetOf(table.Next(place, (byte)first));
                var behind = first + 1;
                while (behind < 256 && TargetOf(table.Next(place, (byte)behind)) == target)
                {
                    behind++;
                }

                edges.Add(new Edge(first, behind - 1, target));
                first = behind;
            }

            var read = builder.Read([.. edges]);
            builder.SetTargets(starts[place], until.MayEnd ? [read, next] : [read]);
        }

        return starts[0];

        int TargetOf(int place) => table.TriggerAt(place) is { } trigger ? thens[trigger] : starts[place];
    }

    /// <summary>A tree of the triggers, with the place to go on at after each byte.</summary>
    private sealed class TriggerTable
    {
        private readonly List<int[]> _next = [NewRow()];
        private readonly List<int?> _triggers = [null];

        public TriggerTable(byte[][] triggers)
        {
            for (var i = 0; i < triggers.Length; i++)
            {
                Add(triggers[i], i);
            }

            Link();
        }

        public int Count => _next.Count;

        public int Next(int place, byte value) => _next[place][value];

        /// <summary>The trigger that ends at a place.</summary>
        public int? TriggerAt(int place) => _triggers[place];

        private static int[] NewRow()
        {
            var row = new int[256];
            row.AsSpan().Fill(-1);
            return row;
        }

        private void Add(byte[] trigger, int number)
        {
            var place = 0;
            foreach (var value in trigger)
            {
                if (_next[place][value] < 0)
                {
                    _next[place][value] = _next.Count;
                    _next.Add(NewRow());
                    _triggers.Add(null);
                }

                place = _next[place][value];
            }

            _triggers[place] ??= number;
        }

        /// <summary>Fills in where to go on when a trigger is not continued: at the longest end of the text that begins one. Breadth first.</summary>
        private void Link()
        {
            var fallbacks = new int[_next.Count];
            var queue = new Queue<int>([0]);
            while (queue.TryDequeue(out var place))
            {
                _triggers[place] ??= place == 0 ? null : _triggers[fallbacks[place]];
                for (var value = 0; value < 256; value++)
                {
                    var fallback = place == 0 ? 0 : _next[fallbacks[place]][value];
                    if (_next[place][value] < 0)
                    {
                        _next[place][value] = fallback;
                    }
                    else
                    {
                        fallbacks[_next[place][value]] = fallback;
                        queue.Enqueue(_next[place][value]);
                    }
                }
            }
        }
    }
}
