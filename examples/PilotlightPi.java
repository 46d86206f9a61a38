import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Pi by throwing darts, slowly enough to watch: a driver for `spark-submit`, in client and in cluster mode.
 *
 * <p>Arguments: number of tasks (40), pause in each task in milliseconds (250). Prints a line for every task that ends,
 * with the executor that ran it, and the result. Exits 0 only if every task was counted and Pi is about right.
 */
public final class PilotlightPi {
  private static final int DARTS_PER_TASK = 100_000;

  private PilotlightPi() {}

  public static void main(String[] args) {
    int tasks = args.length > 0 ? Integer.parseInt(args[0]) : 40;
    long pauseMillis = args.length > 1 ? Long.parseLong(args[1]) : 250;
    List<Integer> seeds = new ArrayList<>();
    for (int seed = 0; seed < tasks; seed++) {
      seeds.add(seed);
    }
    AtomicInteger ended = new AtomicInteger();
    double pi;
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("PilotlightPi"))) {
      spark.sc().addSparkListener(new SparkListener() {
        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
          System.out.println("task " + ended.incrementAndGet() + " of " + tasks + " ended on executor "
              + end.taskInfo().executorId());
        }
      });
      long inside = spark.parallelize(seeds, tasks).map(seed -> throwDarts(seed, pauseMillis)).reduce(Long::sum);
      pi = 4.0 * inside / ((double) tasks * DARTS_PER_TASK);
    }
    System.out.println("Pi is roughly " + pi);
    if (ended.get() < tasks || Math.abs(pi - Math.PI) > 0.05) {
      System.out.println("that cannot be right: " + ended.get() + " of " + tasks + " tasks were seen to end");
      System.exit(1);
    }
  }

  private static long throwDarts(int seed, long pauseMillis) throws InterruptedException {
    Thread.sleep(pauseMillis);
    Random random = new Random(seed);
    long inside = 0;
    for (int dart = 0; dart < DARTS_PER_TASK; dart++) {
      double x = random.nextDouble();
      double y = random.nextDouble();
      if (x * x + y * y <= 1) {
        inside++;
      }
    }
    return inside;
  }
}
