namespace NativeHost.Benchmarks.Ternary;

/// <summary>A thread for every core that computes without a pause, as a browser does that renders: until it is disposed.</summary>
internal sealed class BusyCores : IDisposable
{
    private readonly Thread[] _threads;
    private volatile bool _isOver;

    public BusyCores()
    {
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Compute) { IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    public void Dispose()
    {
        _isOver = true;
        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Compute()
    {
        var number = 1.0;
        while (!_isOver)
        {
            for (var i = 0; i < 1000; i++)
            {
                number = Math.Sqrt(number + i);
            }
        }

        GC.KeepAlive(number);
    }
}
