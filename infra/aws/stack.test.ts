/** One file, so that CDK, which takes seconds to load, is loaded once. */
import './environment.suite.ts';
import './network.suite.ts';
import './policy.suite.ts';
import './runbooks.suite.ts';
import './template.suite.ts';
import './variants.suite.ts';
