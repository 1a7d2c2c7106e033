using System.Globalization;
using NativeHost.Broker;
using NativeHost.Broker.Connecting;
using NativeHost.Logging;
using NativeHost.Tests.Registration;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace NativeHost.Tests.Broker;

/// <summary>A broker in this process, in a folder of its own, with a clock that the test moves.</summary>
internal sealed class RunningBroker : IAsyncDisposable
{
    /// <summary>After this time without anybody it ends.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    /// <summary>How often it looks whether it is idle.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly Lines _lines = new();
    private readonly HostLog _log;
    private readonly BrokerControl _control;
    private readonly Composition _composition;
    private readonly BrokerListener _listener;
    private readonly BrokerPlace _place;

    public RunningBroker()
    {
        var address = Path.Combine(_folder.Path, "broker.sock");
        _place = new BrokerPlace(_folder.Path, OperatingSystem.IsWindows() ? $"tabagent-test-{Guid.NewGuid()}" : address);
        _log = new HostLog(LogEventLevel.Information, new LogQueue(() => new LoggerConfiguration().WriteTo.Sink(_lines).CreateLogger()));
        _control = new BrokerControl(Time);
        _composition = new Composition(_log, workingFolder: null, _control, Path.Combine(_folder.Path, "conversations"));
        _listener = BrokerListener.Open(_place, _log);
        Serving = new BrokerServer(_listener, _composition, _control, _log, Time, IdleTime).RunAsync(CancellationToken.None);
    }

    public ManualTime Time { get; } = new();

    /// <summary>Completes when the broker has ended.</summary>
    public Task Serving { get; }

    public Task<BrokerPeer> ConnectAsync() => BrokerPeer.ConnectAsync(_place, Testing.Patience.Token);

    /// <summary>Connects as the front of this version does.</summary>
    public async Task<BrokerPeer> ConnectWelcomeAsync()
    {
        var peer = await ConnectAsync();
        var answer = await peer.AskAsync(BrokerPeer.Hello(HostVersion.Text), Testing.Patience.Token);
        Xunit.Assert.Equal(Handshake.Welcome, answer?.GetProperty("status").GetString());
        return peer;
    }

    /// <summary>Waits until the broker knows that others have left.</summary>
    public async Task LeftAsync(int remaining)
    {
        while (_control.Connections.Count != remaining)
        {
            await Task.Delay(1, Testing.Patience.Token);
        }
    }

    /// <summary>Ends the broker.</summary>
    /// <returns>What it logged.</returns>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        _control.Stop();
        await Serving.WaitAsync(Testing.Patience.Token);
        _log.Dispose();
        return _lines.All;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _listener.Dispose();
        await _composition.DisposeAsync();
        _control.Dispose();
        _folder.Dispose();
    }

    private sealed class Lines : ILogEventSink
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public void Emit(LogEvent logEvent)
        {
            lock (_lines)
            {
                _lines.Add(logEvent.RenderMessage(CultureInfo.InvariantCulture));
            }
        }
    }
}
